-- GS1 mod-10 check digit of a number of 13 digits (GS1 General
-- Specifications, 7.9): from the right, weights 3 1 3 1 …
-- Returns: 0 to 9.
CREATE OR REPLACE FUNCTION gs1_check_digit(number bigint) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT ((10 - sum((number / (10::numeric ^ i)::bigint % 10)
		* CASE i % 2 WHEN 0 THEN 3 ELSE 1 END) % 10) % 10)::integer
	FROM generate_series(0, 12) AS i
$$;
