-- One request that two people decide, as of decision_show(): its addresses in
-- clear only for who says why and may see personal data; that is recorded.
-- Parameters: SHA-256 of the certificate; number; why, NULL: masked; the
-- moment.
-- Raises: RC075 when he may not; console_authorise() is to be asked first.
CREATE OR REPLACE FUNCTION console_request(identity text, number bigint,
	purpose text, at timestamptz DEFAULT now())
RETURNS TABLE (section text, name text, value text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	IF purpose IS NOT NULL AND NOT console_may(identity, 'request_reveal',
		console_request.at)
	THEN
		RAISE EXCEPTION USING ERRCODE = 'RC075',
			MESSAGE = 'personal data is not for your role';
	END IF;
	RETURN QUERY SELECT s.section, s.name, s.value
		FROM decision_show(number, (SELECT o.operator
			FROM operator_in_force(identity, console_request.at)
			AS o), purpose, console_request.at) AS s;
END
$$;
