-- The years whose official calendar is known, and this year and the next
-- where they are not.
-- Returns: year; working days; version (0: shipped with recard; NULL: missing);
-- its file, when and by whom it was imported.
CREATE OR REPLACE FUNCTION calendar_list(at timestamptz DEFAULT now())
RETURNS TABLE (year integer, working_days bigint, version integer,
	source text, imported_at timestamptz, imported_by text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT y.year, (SELECT count(*) FROM generate_series(0, 365) AS n,
			LATERAL (SELECT make_date(y.year, 1, 1) + n AS day) AS d
			WHERE extract(year FROM d.day) = y.year
				AND recard.working_day(d.day)),
		coalesce(v.version, CASE WHEN c.year IS NOT NULL THEN 0 END),
		v.source, v.imported_at, v.imported_by
	FROM (SELECT year FROM recard.calendar_year
		UNION SELECT extract(year FROM recard.taipei_date(
			calendar_list.at))::integer + n
		FROM generate_series(0, 1) AS n) AS y
	LEFT JOIN recard.calendar_year c USING (year)
	LEFT JOIN LATERAL (SELECT * FROM recard.calendar_version w
		WHERE w.year = y.year ORDER BY w.version DESC LIMIT 1) AS v
		ON true
	ORDER BY y.year
$$;
