-- Claims, a page at a time: open ones, the oldest first, or closed ones, the
-- newest first.
-- Parameters: 'closed': those; status of the order, NULL: any; days
-- (Asia/Taipei) of opening from, to, NULL: any; claim that the former page
-- ended with, NULL: the first page; at most how many.
-- Returns: ways: what can be done, as "act:claim;…".
CREATE OR REPLACE FUNCTION console_claims(of_state text, of_status text,
	first_day date, last_day date, after bigint, at_most integer)
RETURNS TABLE (claim bigint, order_no text, status text,
	opened_at timestamptz, opened_by text, reason text, notes bigint,
	outcome text, ways text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT c.claim_id, recard.order_text(c.order_no), o.status::text,
		c.opened_at, c.opened_by, c.reason,
		(SELECT count(*) FROM recard.claim_note n
			WHERE n.claim_id = c.claim_id), c.outcome,
		CASE WHEN c.closed_at IS NULL THEN format(
			'claim_note:%1$s;claim_close:%1$s', c.claim_id) END
	FROM recard.claim c JOIN recard.orders o USING (order_no)
	WHERE (c.closed_at IS NOT NULL) = (coalesce(of_state, '') = 'closed')
		AND (of_status IS NULL OR o.status::text = of_status)
		AND (first_day IS NULL OR c.opened_at >= recard.day_begin(first_day))
		AND (last_day IS NULL OR c.opened_at < recard.day_begin(last_day + 1))
		AND (after IS NULL OR CASE WHEN of_state = 'closed'
			THEN c.claim_id < after ELSE c.claim_id > after END)
	ORDER BY CASE WHEN of_state = 'closed' THEN -c.claim_id
		ELSE c.claim_id END LIMIT at_most
$$;
