-- Gives the last expected hour of a source that has come its late file: one that
-- came on the same day (Asia/Taipei).
CREATE OR REPLACE FUNCTION source_late(of_source text, at timestamptz)
RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	UPDATE recard.postal_expectation e
	SET import_id = recard.source_file(of_source, e.since, least(at,
		recard.day_end(e.expected_at)))
	WHERE e.source = of_source AND e.import_id IS NULL
		AND e.expected_at = (SELECT max(x.expected_at)
			FROM recard.postal_expectation x
			WHERE x.source = of_source)
$$;
