-- Whether somebody may do something on the console, for functions that show
-- what not everybody may see. Nothing is recorded: console_authorise() was
-- asked before.
CREATE OR REPLACE FUNCTION console_may(identity text, of_act text,
	at timestamptz DEFAULT now()) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT EXISTS (SELECT FROM recard.operator_in_force(identity, at) AS o
		JOIN recard.console_right r USING (role) WHERE r.act = of_act)
$$;
