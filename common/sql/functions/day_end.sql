-- When the day of a moment ends (Asia/Taipei).
CREATE OR REPLACE FUNCTION day_end(of_moment timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT (recard.taipei_date(of_moment) + 1)::timestamp
		AT TIME ZONE 'Asia/Taipei'
$$;
