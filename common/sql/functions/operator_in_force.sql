-- Whose certificate it is, at a moment.
-- Parameters: SHA-256 of the certificate, hex; the moment.
-- Returns: no row for a stranger, and for somebody whose time has not come or
-- is over.
CREATE OR REPLACE FUNCTION operator_in_force(identity text,
	at timestamptz DEFAULT now())
RETURNS TABLE (operator text, role text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT name, role FROM recard.operator
	WHERE fingerprint = identity AND removed_at IS NULL
		AND at >= valid_from AND at < valid_until
$$;
