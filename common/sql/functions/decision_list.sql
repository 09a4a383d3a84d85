-- Requests that two people decide, the newest first.
-- Parameters: whether only the open ones; at most how many.
CREATE OR REPLACE FUNCTION decision_list(only_open boolean, at_most integer)
RETURNS TABLE (decision_no bigint, act text, subject text,
	requested_at timestamptz, requested_by text, reason text,
	outcome text, decided_at timestamptz, decided_by text, remark text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT decision_no, act, subject, requested_at, requested_by, reason,
		coalesce(outcome, 'open'), decided_at, decided_by, remark
	FROM recard.decision WHERE NOT only_open OR decided_at IS NULL
	ORDER BY decision_no DESC LIMIT at_most
$$;
