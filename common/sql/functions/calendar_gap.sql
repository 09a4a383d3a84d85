-- The year of the day two weeks ahead, when its official calendar is not known:
-- its working days are guessed.
-- Returns: NULL when it is known.
CREATE OR REPLACE FUNCTION calendar_gap(at timestamptz) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT ahead.year FROM (SELECT extract(year FROM recard.taipei_date(
			at + interval '14 days'))::integer AS year) AS ahead
	WHERE NOT EXISTS (SELECT FROM recard.calendar_year c
		WHERE c.year = ahead.year)
$$;
