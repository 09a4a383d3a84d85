-- The latest of the times of day that has come on a working day (Asia/Taipei).
-- Parameters: times of day; the moment.
-- Returns: that moment; NULL without times, or when none came in a month.
CREATE OR REPLACE FUNCTION last_cutoff(times time[], at timestamptz)
RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT max(c.moment) FROM (SELECT (d.day + t.time_of_day)
			AT TIME ZONE 'Asia/Taipei' AS moment
		FROM generate_series(0, 31) AS ago,
		LATERAL (SELECT recard.taipei_date(at) - ago AS day) AS d,
		unnest(times) AS t (time_of_day)
		WHERE recard.working_day(d.day)) AS c
	WHERE c.moment <= at
$$;
