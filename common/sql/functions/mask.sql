-- Personal data as it is shown to somebody who need not see it: the first
-- character and as many circles as there are others.
CREATE OR REPLACE FUNCTION mask(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
	SELECT left(value, 1) || repeat('○', greatest(length(value) - 1, 0))
$$;
