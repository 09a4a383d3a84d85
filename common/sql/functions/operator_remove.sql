-- Lets an operator in no more.
-- Raises: RC075 when the one who does it is no supervisor in force, or there
-- is no such operator.
CREATE OR REPLACE FUNCTION operator_remove(of_name text, actor text,
	reason text, at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM operator_supervised(actor, NULL, at);
	UPDATE operator SET removed_at = at, removed_by = actor
		WHERE name = of_name AND removed_at IS NULL;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC075', MESSAGE = format(
			'there is no operator %s', of_name),
			HINT = 'operator list shows who there is';
	END IF;
	PERFORM act(actor, 'remove operator', of_name, reason, at);
END
$$;
