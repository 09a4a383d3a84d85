-- Whether offices work on a day: by the official calendar, and for a year
-- that is not known from Monday to Friday.
CREATE OR REPLACE FUNCTION working_day(of_day date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT coalesce((SELECT works FROM recard.calendar_day
		WHERE day = of_day), extract(isodow FROM of_day) < 6)
$$;
