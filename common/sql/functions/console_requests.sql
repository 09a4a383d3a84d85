-- Requests that two people decide, the newest first, a page at a time.
-- Parameters: state: 'approved', 'declined', NULL: open; act, NULL: any; days
-- (Asia/Taipei) of asking from, to, NULL: any; request that the former page
-- ended with, NULL: the first page; at most how many.
-- Returns: ways: what can be done, as "act:request;…".
CREATE OR REPLACE FUNCTION console_requests(of_state text, of_act text,
	first_day date, last_day date, before bigint, at_most integer)
RETURNS TABLE (request bigint, act text, order_no text, subject text,
	requested_at timestamptz, requested_by text, reason text,
	outcome text, decided_by text, ways text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT d.decision_no, d.act,
		CASE WHEN d.act IN ('retry_card', 'correct_address')
			THEN d.subject END,
		CASE WHEN d.act NOT IN ('retry_card', 'correct_address')
			THEN d.subject END,
		d.requested_at, d.requested_by, d.reason,
		coalesce(d.outcome, 'open'), d.decided_by,
		CASE WHEN d.decided_at IS NULL THEN format(
			'approve:%1$s;decline:%1$s', d.decision_no) END
	FROM recard.decision d
	WHERE (CASE WHEN of_state IS NULL THEN d.decided_at IS NULL
			ELSE d.outcome = of_state END)
		AND (of_act IS NULL OR d.act = of_act)
		AND (first_day IS NULL OR d.requested_at >= recard.day_begin(first_day))
		AND (last_day IS NULL OR d.requested_at
			< recard.day_begin(last_day + 1))
		AND d.decision_no < coalesce(before, 9223372036854775807)
	ORDER BY d.decision_no DESC LIMIT at_most
$$;
