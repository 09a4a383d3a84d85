-- The calendar day in Taiwan at a moment.
CREATE OR REPLACE FUNCTION taipei_date(at timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT (at AT TIME ZONE 'Asia/Taipei')::date
$$;
