-- Files that were taken in, the latest first.
-- Parameters: kind ('tracking'); at most how many.
-- Returns: archive: import of the archive that the file stood in.
CREATE OR REPLACE FUNCTION import_list(of_kind text, at_most integer)
RETURNS TABLE (import bigint, name text, taken_at timestamptz, outcome text,
	reason text, rows bigint, applied bigint, duplicate bigint,
	rejected bigint, archive bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT i.import_id, i.name, i.taken_at, CASE
			WHEN i.reverted_at IS NOT NULL THEN 'reverted'
			ELSE i.outcome END, i.reason, i.rows, i.applied,
		i.duplicate, i.rejected, i.archive_id
	FROM recard.import i WHERE i.kind = of_kind
	ORDER BY i.import_id DESC LIMIT at_most
$$;
