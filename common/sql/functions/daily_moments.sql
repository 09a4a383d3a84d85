-- The moments at which times of day (Asia/Taipei) come, in their order.
-- Parameters: times of day; on working days only; after which moment, and up
-- to which one, it included.
CREATE OR REPLACE FUNCTION daily_moments(times time[], working_only boolean,
	after timestamptz, upto timestamptz) RETURNS SETOF timestamptz
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT m.moment FROM generate_series(0, recard.taipei_date(upto)
			- recard.taipei_date(after)) AS n,
		LATERAL (SELECT recard.taipei_date(after) + n AS day) AS d,
		unnest(times) AS t (time_of_day),
		LATERAL (SELECT (d.day + t.time_of_day)
			AT TIME ZONE 'Asia/Taipei' AS moment) AS m
	WHERE m.moment > after AND m.moment <= upto
		AND (NOT working_only OR recard.working_day(d.day))
	ORDER BY m.moment
$$;
