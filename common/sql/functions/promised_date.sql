-- The day by which a letter is promised: the seventh working day after it was
-- posted, the tenth on the outlying islands.
CREATE OR REPLACE FUNCTION promised_date(of_posting date, island boolean)
RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT of_posting + n FROM generate_series(1, 100) AS n
	WHERE recard.working_day(of_posting + n)
	ORDER BY n OFFSET CASE WHEN island THEN 9 ELSE 6 END LIMIT 1
$$;
