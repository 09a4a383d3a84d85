-- One file that was taken in: what it was, and each row that was rejected.
-- What stands in a rejected row may be anybody's, so its text is not shown;
-- the report beside the file has it.
CREATE OR REPLACE FUNCTION console_import_show(of_import bigint)
RETURNS TABLE (section text, name text, value text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT 'import', v.name, v.value FROM recard.import i,
	LATERAL (VALUES ('import', i.import_id::text), ('kind', i.kind),
		('file', i.name), ('file_sha256', i.digest),
		('taken_at', recard.taipei_time(i.taken_at)),
		('by', i.actor), ('outcome', CASE WHEN i.reverted_at IS NOT NULL
			THEN 'reverted' ELSE i.outcome END),
		('reverted_at', recard.taipei_time(i.reverted_at)),
		('reverted_by', i.reverted_by), ('reason', i.reason),
		('rows', i.rows::text), ('applied', i.applied::text),
		('duplicate', i.duplicate::text),
		('rejected', i.rejected::text)) AS v (name, value)
	WHERE i.import_id = of_import AND v.value IS NOT NULL
	UNION ALL
	(SELECT 'rejected', 'line ' || r.line, r.code
	FROM recard.import_reject r WHERE r.import_id = of_import
	ORDER BY r.line LIMIT 1000)
$$;
