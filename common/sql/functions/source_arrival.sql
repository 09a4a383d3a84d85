-- Notes which source a postal file came from, in the transaction that books it.
-- Parameters: SHA-256 and name of the file; what came of it: 'done',
-- 'rejected', 'known' (the same bytes were booked before); the sources whose
-- files come into that folder; whether it is one source's alone.
-- Returns: the source; NULL: none of them, somebody put it there.
CREATE OR REPLACE FUNCTION source_arrival(file_digest text, file_name text,
	what text, sources text[], alone boolean, at timestamptz DEFAULT now())
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	giver text := CASE WHEN alone THEN sources[1] ELSE (SELECT s.source
		FROM fetched_file f JOIN postal_source s ON s.fetch_key = f.source
		WHERE s.source = ANY (sources) AND f.digest = file_digest
		ORDER BY f.looked_at DESC LIMIT 1) END;
BEGIN
	IF what = 'known' THEN
		UPDATE postal_source s SET repeated_name = file_name,
				repeated_at = at
			WHERE s.source = giver;
	ELSE
		UPDATE import SET source = giver WHERE import_id = (
			SELECT max(i.import_id) FROM import i
			WHERE i.kind = 'tracking' AND i.digest = file_digest
				AND i.outcome = what);
	END IF;
	RETURN giver;
END
$$;
