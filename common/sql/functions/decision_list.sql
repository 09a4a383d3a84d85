-- Requests that two people decide, the newest first.
-- Parameters: whether only the open ones; at most how many; the request to go
-- on after; act, NULL: any.
CREATE OR REPLACE FUNCTION decision_list(only_open boolean, at_most integer,
	after_decision bigint DEFAULT NULL, of_act text DEFAULT NULL)
RETURNS TABLE (decision_no bigint, act text, subject text,
	requested_at timestamptz, requested_by text, reason text,
	outcome text, decided_at timestamptz, decided_by text, remark text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT decision_no, act, subject, requested_at, requested_by, reason,
		coalesce(outcome, 'open'), decided_at, decided_by, remark
	FROM recard.decision WHERE (NOT only_open OR decided_at IS NULL)
		AND (after_decision IS NULL OR decision_no < after_decision)
		AND (of_act IS NULL OR act = of_act)
	ORDER BY decision_no DESC LIMIT at_most
$$;
