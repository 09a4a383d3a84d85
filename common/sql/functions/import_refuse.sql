-- Books that a file was refused as a whole, with its reason and rows.
-- Returns: its import_id.
CREATE OR REPLACE FUNCTION import_refuse(file_kind text, file_name text,
	file_digest text, file_size bigint, refused_rows bigint, why text,
	actor text, at timestamptz DEFAULT now()) RETURNS bigint
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	INSERT INTO recard.import (kind, name, digest, size, taken_at, actor,
		outcome, reason, rows, rejected)
	VALUES (file_kind, file_name, file_digest, file_size, at, actor,
		'rejected', why, refused_rows, refused_rows)
	RETURNING import_id
$$;
