-- Operators by name; those that were removed too, if wanted.
-- Returns: state: 'in force', 'not yet', 'over' or 'removed'.
CREATE OR REPLACE FUNCTION operator_list(removed_too boolean,
	at timestamptz DEFAULT now())
RETURNS TABLE (name text, role text, state text, valid_from timestamptz,
	valid_until timestamptz, fingerprint text, added_at timestamptz,
	added_by text, removed_at timestamptz, removed_by text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT o.name, o.role, CASE WHEN o.removed_at IS NOT NULL THEN 'removed'
		WHEN operator_list.at < o.valid_from THEN 'not yet'
		WHEN operator_list.at >= o.valid_until THEN 'over'
		ELSE 'in force' END, o.valid_from, o.valid_until,
		o.fingerprint, o.added_at, o.added_by, o.removed_at,
		o.removed_by
	FROM recard.operator o WHERE removed_too OR o.removed_at IS NULL
	ORDER BY o.name, o.operator_id
$$;
