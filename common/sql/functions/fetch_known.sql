-- What is known of the files that a source lists.
-- Parameters: file_kinds as in import, all that the source's files may be;
-- names as listed.
-- Returns: a row for each name, in their order. digest: of the content that
-- was seen last, NULL when none was; booked, refused: what became of that
-- content; due: it is to be fetched (again). What is booked is compared once
-- more before it is deleted at the source, for its name may stand for
-- something new by now; where that was done and did not help, and for anything
-- else that is still listed, once an hour is enough.
CREATE OR REPLACE FUNCTION fetch_known(of_source text, file_kinds text[],
	names text[], at timestamptz DEFAULT now())
RETURNS TABLE (name text, digest text, booked boolean, refused boolean,
	due boolean)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT n.name, f.digest, b.booked_at IS NOT NULL,
		b.booked_at IS NULL AND EXISTS (
			SELECT FROM recard.import i WHERE i.kind = ANY (file_kinds)
				AND i.digest = f.digest
				AND i.outcome = 'rejected'),
		f.digest IS NULL OR f.looked_at <= at - interval '1 hour'
			OR b.booked_at IS NOT NULL
				AND (f.looked_at = f.fetched_at
				OR f.looked_at < b.booked_at
				OR f.removed_at IS NOT NULL)
	FROM unnest(names) WITH ORDINALITY AS n (name, place)
	LEFT JOIN LATERAL (SELECT * FROM recard.fetched_file f
		WHERE f.source = of_source AND f.name = n.name
		ORDER BY f.looked_at DESC, f.fetched_at DESC LIMIT 1) AS f
		ON true
	LEFT JOIN LATERAL (SELECT i.taken_at AS booked_at FROM recard.import i
		WHERE i.kind = ANY (file_kinds) AND i.digest = f.digest
			AND i.outcome = 'done') AS b ON true
	ORDER BY n.place
$$;
