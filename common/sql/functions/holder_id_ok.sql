-- Structure and check digit of a national ID or a resident number, new or
-- old form (Ministry of the Interior; weights 1 9 8 7 6 5 4 3 2 1 1).
CREATE OR REPLACE FUNCTION holder_id_ok(id text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	-- A letter's value is its place in this list plus 10.
	SELECT coalesce(id ~ '^[A-Z]([1289]|[A-D])[0-9]{8}$' AND (
		SELECT (v1 / 10 + v1 % 10 * 9 + v2 * 8 + (
			SELECT sum(substr(id, i, 1)::integer
				* CASE i WHEN 10 THEN 1 ELSE 10 - i END)
			FROM generate_series(3, 10) AS i)) % 10 = 0
		FROM (SELECT
			strpos('ABCDEFGHJKLMNPQRSTUVXYWZIO', left(id, 1)) + 9
				AS v1,
			CASE WHEN substr(id, 2, 1) ~ '[0-9]'
				THEN substr(id, 2, 1)::integer
				ELSE (strpos('ABCDEFGHJKLMNPQRSTUVXYWZIO',
					substr(id, 2, 1)) + 9) % 10
			END AS v2) AS letter_values), false)
$$;
