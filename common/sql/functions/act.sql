-- Records what somebody did by hand.
CREATE OR REPLACE FUNCTION act(actor text, act text, subject text,
	reason text, at timestamptz DEFAULT now()) RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	INSERT INTO recard.operator_act (at, actor, act, subject, reason)
	VALUES (act.at, act.actor, act.act, act.subject, act.reason)
$$;
