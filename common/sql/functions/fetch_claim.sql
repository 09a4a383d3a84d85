-- Claims a source of files for this session, so that of several instances
-- one looks at it; the claim ends with the session, or by fetch_release().
-- Returns: false when another session has it.
CREATE OR REPLACE FUNCTION fetch_claim(of_source text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT pg_try_advisory_lock(726304, hashtext(of_source))
$$;
