-- Refuses a change of the operators by somebody who is no supervisor in force.
-- While there is none, whoever can reach the database names the first one.
-- Parameters: who; the role that is given away, NULL: none; the moment.
-- Raises: RC075.
CREATE OR REPLACE FUNCTION operator_supervised(actor text, of_role text,
	at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	supervisors text[];
BEGIN
	-- One change at a time: two cannot both be the first one.
	LOCK TABLE operator IN SHARE ROW EXCLUSIVE MODE;
	supervisors := ARRAY(SELECT o.name FROM operator o
		WHERE o.role = 'supervisor' AND o.removed_at IS NULL
			AND operator_supervised.at >= o.valid_from
			AND operator_supervised.at < o.valid_until);
	IF actor = ANY (supervisors)
		OR supervisors = '{}' AND of_role = 'supervisor'
	THEN
		RETURN;
	END IF;
	RAISE EXCEPTION USING ERRCODE = 'RC075', MESSAGE = CASE supervisors
			WHEN '{}' THEN 'there is no supervisor yet: the first '
				'operator must be one'
			ELSE format('%s is no supervisor', actor) END,
		HINT = CASE supervisors WHEN '{}' THEN 'operator add --as '
			'supervisor' ELSE 'operator list shows who is' END;
END
$$;
