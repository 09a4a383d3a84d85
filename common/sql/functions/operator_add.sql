-- Lets somebody in by a certificate; one that the same name had before is no
-- good any more.
-- Parameters: name; SHA-256 of the certificate, hex; role; from and until
-- when; who adds him; why; the moment.
-- Raises: RC075 when the one who adds him is no supervisor in force (unless
-- there is none yet: the first one is a supervisor), or the certificate is
-- somebody else's.
CREATE OR REPLACE FUNCTION operator_add(of_name text, identity text,
	of_role text, starts timestamptz, ends timestamptz, actor text,
	reason text, at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM operator_supervised(actor, of_role, at);
	UPDATE operator SET removed_at = at, removed_by = actor
		WHERE name = of_name AND removed_at IS NULL;
	IF EXISTS (SELECT FROM operator WHERE fingerprint = identity
		AND removed_at IS NULL)
	THEN
		RAISE EXCEPTION USING ERRCODE = 'RC075',
			MESSAGE = 'another operator has that certificate',
			HINT = 'operator list shows who; operator remove takes '
				'it from him';
	END IF;
	INSERT INTO operator (name, fingerprint, role, valid_from, valid_until,
			added_at, added_by)
		VALUES (of_name, identity, of_role, starts, ends, at, actor);
	PERFORM act(actor, 'add operator ' || of_role, of_name, reason, at);
END
$$;
