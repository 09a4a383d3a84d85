-- The file of a source that counts for an expected hour: the first one that was
-- booked since a moment and counts for no other hour.
-- Returns: its import_id; NULL: none.
CREATE OR REPLACE FUNCTION source_file(of_source text, since timestamptz,
	upto timestamptz) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT i.import_id FROM recard.import i
	WHERE i.source = of_source AND i.outcome = 'done'
		AND i.taken_at > since AND i.taken_at <= upto
		AND NOT EXISTS (SELECT FROM recard.postal_expectation e
			WHERE e.source = of_source AND e.import_id = i.import_id)
	ORDER BY i.taken_at, i.import_id LIMIT 1
$$;
