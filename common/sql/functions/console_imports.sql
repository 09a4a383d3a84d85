-- Files that were taken in, the newest first, a page at a time.
-- Parameters: kind, NULL: any; import that the former page ended with, NULL:
-- the first page; at most how many.
CREATE OR REPLACE FUNCTION console_imports(of_kind text, before bigint,
	at_most integer)
RETURNS TABLE (import bigint, kind text, file text, taken_at timestamptz,
	outcome text, reason text, rows bigint, applied bigint,
	duplicate bigint, rejected bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT i.import_id, i.kind, i.name, i.taken_at, CASE
			WHEN i.reverted_at IS NOT NULL THEN 'reverted'
			ELSE i.outcome END, i.reason, i.rows, i.applied,
		i.duplicate, i.rejected
	FROM recard.import i
	WHERE (of_kind IS NULL OR i.kind = of_kind)
		AND (before IS NULL OR i.import_id < before)
	ORDER BY i.import_id DESC LIMIT at_most
$$;
