-- Starts the booking of an archive of postal files, inside the transaction
-- that books its members by book_tracking() and ties them to it by
-- archive_members(). It has no rows of its own.
-- Parameters: file (name, SHA-256, size); who; the moment.
-- Returns: its import_id; NULL when the same bytes were booked before.
CREATE OR REPLACE FUNCTION archive_open(file_name text, file_digest text,
	file_size bigint, actor text, at timestamptz DEFAULT now())
RETURNS bigint
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT recard.import_open('tracking', file_name, file_digest,
		file_size, actor, at)
$$;
