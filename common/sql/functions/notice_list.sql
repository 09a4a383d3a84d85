-- The outbox, the newest first.
-- Parameters: state, kind, order, NULL: any; from and to which day they were
-- due; the notice to go on after; at most how many.
CREATE OR REPLACE FUNCTION notice_list(of_state text, of_kind text,
	of_order bigint, first_day date, last_day date, after_notice bigint,
	at_most integer)
RETURNS TABLE (notice_id bigint, order_no text, kind text, state text,
	due_at timestamptz, sent_at timestamptz, tries integer, reason text,
	code text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT n.notice_id, recard.order_text(n.order_no), n.kind, n.state,
		n.due_at, n.sent_at, n.tries, n.reason, n.code
	FROM recard.notice n
	WHERE (of_state IS NULL OR n.state = of_state)
		AND (of_kind IS NULL OR n.kind = of_kind)
		AND (of_order IS NULL OR n.order_no = of_order)
		AND (first_day IS NULL OR n.due_at >= recard.day_begin(first_day))
		AND (last_day IS NULL
			OR n.due_at < recard.day_begin(last_day + 1))
		AND (after_notice IS NULL OR n.notice_id < after_notice)
	ORDER BY n.notice_id DESC LIMIT at_most
$$;
