-- Ends a session of the portal; nothing is left of it.
CREATE OR REPLACE FUNCTION citizen_logout(of_session bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	DELETE FROM recard.citizen_session WHERE session = of_session
$$;
