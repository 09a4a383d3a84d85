-- The first character of a name that is not among the given code points.
-- Parameters: name; code points, NULL: any will do.
-- Returns: as 'U+2A6A5 𪚥'; NULL when all are there.
CREATE OR REPLACE FUNCTION unprintable(name text, characters int4multirange)
RETURNS text
LANGUAGE sql IMMUTABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT 'U+' || lpad(c.code, greatest(4, length(c.code)), '0') || ' '
		|| c.one
	FROM (SELECT one, place, upper(to_hex(ascii(one))) AS code
		FROM unnest(string_to_array(name, NULL)) WITH ORDINALITY
			AS t (one, place)) AS c
	WHERE NOT ascii(c.one) <@ characters
	ORDER BY c.place LIMIT 1
$$;
