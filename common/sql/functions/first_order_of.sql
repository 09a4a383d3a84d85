-- The lowest order number that a day (Asia/Taipei) can have; the highest one is
-- 99,999,999 above. Numbers tell two digits of the year: days before 2000 and
-- after 2099 are taken for the first and the last of those.
CREATE OR REPLACE FUNCTION first_order_of(day date) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT to_char(greatest(least(day, '2099-12-31'), '2000-01-01'),
		'YYMMDD')::bigint * 100000000
$$;
