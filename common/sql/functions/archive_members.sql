-- Ties files that were booked to the archive that they stood in, inside the
-- same transaction. What belongs to an archive already stays there.
CREATE OR REPLACE FUNCTION archive_members(of_archive bigint,
	members bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	UPDATE recard.import SET archive_id = of_archive
	WHERE import_id = ANY (members) AND kind = 'tracking'
		AND archive_id IS NULL
$$;
