-- The latest of the times of day that has come on a working day (Asia/Taipei).
-- Parameters: times of day; the moment.
-- Returns: that moment; NULL without times, or when none came in a month.
CREATE OR REPLACE FUNCTION last_cutoff(times time[], at timestamptz)
RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT max(moment) FROM recard.daily_moments(times, true,
		at - interval '31 days', at) AS moment
$$;
