-- Files that were taken in, the latest first.
-- Parameters: kind ('tracking'); at most how many; the import to go on after;
-- source; outcome; first and last day of taking in (Taipei), NULL: any.
-- Returns: archive: import of the archive that the file stood in.
CREATE OR REPLACE FUNCTION import_list(of_kind text, at_most integer,
	after_import bigint DEFAULT NULL, of_source text DEFAULT NULL,
	of_outcome text DEFAULT NULL, first_day date DEFAULT NULL,
	last_day date DEFAULT NULL)
RETURNS TABLE (import bigint, source text, name text, taken_at timestamptz,
	outcome text, reason text, rows bigint, applied bigint,
	duplicate bigint, rejected bigint, archive bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT i.import_id, i.source, i.name, i.taken_at, i.became, i.reason,
		i.rows, i.applied, i.duplicate, i.rejected, i.archive_id
	FROM (SELECT *, CASE WHEN reverted_at IS NOT NULL THEN 'reverted'
			ELSE outcome END AS became FROM recard.import
		WHERE kind = of_kind
			AND (after_import IS NULL OR import_id < after_import)
			AND (of_source IS NULL OR source = of_source)
			AND (first_day IS NULL
				OR taken_at >= recard.day_begin(first_day))
			AND (last_day IS NULL
				OR taken_at < recard.day_begin(last_day + 1))) AS i
	WHERE of_outcome IS NULL OR i.became = of_outcome
	ORDER BY i.import_id DESC LIMIT at_most
$$;
