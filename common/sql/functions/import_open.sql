-- Starts the booking of a file, inside the transaction that books it.
-- Returns: its import_id; NULL when the same bytes were booked before.
CREATE OR REPLACE FUNCTION import_open(file_kind text, file_name text,
	file_digest text, file_size bigint, actor text, at timestamptz)
RETURNS bigint
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	INSERT INTO recard.import (kind, name, digest, size, taken_at, actor,
		outcome)
	VALUES (file_kind, file_name, file_digest, file_size, at, actor, 'done')
	ON CONFLICT (kind, digest) WHERE outcome = 'done' DO NOTHING
	RETURNING import_id
$$;
