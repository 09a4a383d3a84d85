-- Decides whether somebody may do something on the console: the one place
-- where that is decided, asked before every page and inside every act. A
-- refusal is recorded.
-- Parameters: SHA-256 of the certificate that the client has shown; act, as
-- in console_right; what it is about; the moment.
-- Returns: who it is (NULL: a stranger), in which role, whether he may, and
-- all that he may do.
CREATE OR REPLACE FUNCTION console_authorise(identity text, of_act text,
	of_subject text, at timestamptz DEFAULT now(), OUT operator text,
	OUT role text, OUT allowed boolean, OUT acts text[])
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_variable
BEGIN
	SELECT o.operator, o.role INTO operator, role
		FROM operator_in_force(identity, at) AS o;
	acts := ARRAY(SELECT r.act FROM console_right r WHERE r.role = role
		ORDER BY r.act);
	allowed := of_act = ANY (acts);
	IF allowed THEN
		RETURN;
	END IF;
	INSERT INTO console_refusal AS c (fingerprint, act, subject, operator,
			first_at, last_at)
		VALUES (identity, CASE WHEN operator IS NULL THEN ''
			ELSE of_act END, CASE WHEN operator IS NULL THEN ''
			ELSE left(of_subject, 100) END, operator, at, at)
		ON CONFLICT ON CONSTRAINT console_refusal_pkey DO UPDATE
			SET times = c.times + 1, last_at = excluded.last_at,
				operator = excluded.operator;
END
$$;
