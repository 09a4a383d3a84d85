-- Claims a run of something for this session, so that of several hosts one does
-- it; the claim ends with the session.
-- Returns: false when another session has it.
CREATE OR REPLACE FUNCTION run_claim(of_run text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT pg_try_advisory_lock(726305, hashtext(of_run))
$$;
