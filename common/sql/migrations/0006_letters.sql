-- The post, the rest: ZIP archives, sources that are expected at their hour,
-- letters that are sent again to another address.

-- Archives -----------------------------------------------------------------

-- Sources ------------------------------------------------------------------

-- The name of a source stands behind that of the program whose it is, so that
-- two programs may call theirs alike. What nobody has booked yet is fetched
-- again, which changes nothing.
DELETE FROM fetched_file f
	WHERE NOT EXISTS (SELECT FROM import i WHERE i.digest = f.digest);
UPDATE fetched_file f SET source = (SELECT CASE i.kind
			WHEN 'settlement' THEN 'payment.'
			WHEN 'tracking' THEN 'tracking.'
			ELSE 'manufacture.' END
		FROM import i WHERE i.digest = f.digest
		ORDER BY i.import_id DESC LIMIT 1) || f.source;

-- Letters ------------------------------------------------------------------
