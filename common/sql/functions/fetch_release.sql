-- Gives back what fetch_claim() claimed.
-- Returns: false when this session did not have it.
CREATE OR REPLACE FUNCTION fetch_release(of_source text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT pg_advisory_unlock(726304, hashtext(of_source))
$$;
