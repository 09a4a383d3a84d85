-- Records that a file was deleted at its source, with the content that was
-- seen there last.
-- Returns: true unless nothing is known of that content.
CREATE OR REPLACE FUNCTION fetch_removed(of_source text, file_name text,
	file_digest text, at timestamptz DEFAULT now()) RETURNS boolean
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	WITH gone AS (
		UPDATE recard.fetched_file f
		SET removed_at = at, looked_at = greatest(at, f.looked_at)
		WHERE f.source = of_source AND f.name = file_name
			AND f.digest = file_digest
		RETURNING 1)
	SELECT EXISTS (SELECT FROM gone)
$$;
