-- Whether a letter stays in the area of the office that takes it: local
-- (本埠) or out_of_town (外埠), which the post takes on separate lists.
-- Parameters: postal code; what local ones begin with.
CREATE OR REPLACE FUNCTION postal_area(postal_code text, prefixes text[])
RETURNS text
LANGUAGE sql IMMUTABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT CASE WHEN EXISTS (SELECT FROM unnest(prefixes) AS p (prefix)
			WHERE starts_with(postal_code, p.prefix))
		THEN 'local' ELSE 'out_of_town' END
$$;
