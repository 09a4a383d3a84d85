-- Records that a source's file was fetched with this content; the same
-- content again is a look at it.
-- Returns: true when the content is new under this name.
CREATE OR REPLACE FUNCTION fetch_record(of_source text, file_name text,
	file_digest text, file_size bigint, at timestamptz DEFAULT now())
RETURNS boolean
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	INSERT INTO recard.fetched_file AS f (source, name, digest, size,
		fetched_at, looked_at)
	VALUES (of_source, file_name, file_digest, file_size, at, at)
	ON CONFLICT (source, name, digest) DO UPDATE
		SET looked_at = greatest(excluded.looked_at,
				f.looked_at + interval '1 microsecond'),
			removed_at = NULL
	RETURNING f.looked_at = f.fetched_at
$$;
