-- The notices that would be sent now, for somebody to look at: nothing is
-- claimed.
-- Parameters: at most how many; how long a claim would be; the moment.
-- Returns: the oldest first, recipients masked.
CREATE OR REPLACE FUNCTION notice_due(at_most integer, lease interval,
	at timestamptz DEFAULT now())
RETURNS TABLE (notice_id bigint, kind text, order_no text, language text,
	recipient text, due_at text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT n.notice_id, n.kind, recard.order_text(n.order_no), m.language,
		recard.mask_email(m.email), recard.taipei_time(n.due_at)
	FROM recard.notice n JOIN recard.order_mail m USING (order_no)
	WHERE n.state = 'due' AND coalesce(n.ready_at, n.due_at) <= at
		AND recard.notice_moot(n.kind, EXISTS (SELECT
				FROM recard.notice l
				WHERE (l.order_no, l.kind) = (n.order_no, n.kind)
					AND l.move_no > n.move_no), m.known,
			m.status, m.held, m.pay_by, at + lease, at) IS NULL
	ORDER BY coalesce(n.ready_at, n.due_at), n.notice_id LIMIT at_most
$$;
