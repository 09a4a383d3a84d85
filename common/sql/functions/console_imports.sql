-- Files that were taken in, the newest first, a page at a time.
-- Parameters: kind, what came of it, source, NULL: any; days (Asia/Taipei)
-- from, to, NULL: any; import that the former page ended with, NULL: the first
-- page; at most how many.
CREATE OR REPLACE FUNCTION console_imports(of_kind text, of_outcome text,
	of_source text, first_day date, last_day date, before bigint,
	at_most integer)
RETURNS TABLE (import bigint, kind text, file text, source text,
	taken_at timestamptz, outcome text, reason text, rows bigint,
	applied bigint, duplicate bigint, rejected bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT i.import_id, i.kind, i.name, i.source, i.taken_at, CASE
			WHEN i.reverted_at IS NOT NULL THEN 'reverted'
			ELSE i.outcome END, i.reason, i.rows, i.applied,
		i.duplicate, i.rejected
	FROM recard.import i
	WHERE (of_kind IS NULL OR i.kind = of_kind)
		AND (of_outcome IS NULL OR of_outcome = CASE
			WHEN i.reverted_at IS NOT NULL THEN 'reverted'
			ELSE i.outcome END)
		AND (of_source IS NULL OR i.source = of_source)
		AND (first_day IS NULL OR i.taken_at >= recard.day_begin(first_day))
		AND (last_day IS NULL OR i.taken_at < recard.day_begin(last_day + 1))
		AND i.import_id < coalesce(before, 9223372036854775807)
	ORDER BY i.import_id DESC LIMIT at_most
$$;
