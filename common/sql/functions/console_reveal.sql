-- What an applicant filled in, in clear. Each look is recorded.
-- Parameters: SHA-256 of the certificate; order; why; the moment.
-- Returns: pairs of name and value; none when there is no such data any more.
-- Raises: RC075 when he may not; console_authorise() is to be asked first.
CREATE OR REPLACE FUNCTION console_reveal(identity text, of_order bigint,
	purpose text, at timestamptz DEFAULT now())
RETURNS TABLE (section text, name text, value text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	who text;
BEGIN
	SELECT o.operator INTO who FROM operator_in_force(identity, at) AS o
		WHERE console_may(identity, 'reveal', console_reveal.at);
	IF who IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'RC075',
			MESSAGE = 'personal data is not for your role';
	END IF;
	INSERT INTO access_record (at, actor, order_no, purpose)
		SELECT console_reveal.at, who, a.order_no, 'console: '
			|| console_reveal.purpose
		FROM applicant a WHERE a.order_no = of_order;
	RETURN QUERY SELECT 'applicant', v.name, v.value FROM applicant a,
		LATERAL (VALUES ('name', a.name), ('postal_code', a.postal_code),
			('address', a.address), ('phone', a.phone),
			('email', a.email), ('card_no', a.card_no))
			AS v (name, value)
		WHERE a.order_no = of_order;
END
$$;
