-- Notices that are due, each ours until its claim ends, with what their mail
-- says. Those that are not so any more are closed as moot, with the reason;
-- a reminder of an order that is held waits.
-- Parameters: at most how many; how long they are ours; the moment.
-- Returns: the claimed ones, the oldest first, and without any person those
-- that are not to be sent (moot says why). Times are Asia/Taipei.
CREATE OR REPLACE FUNCTION notice_claim(at_most integer, lease interval,
	at timestamptz DEFAULT now())
RETURNS TABLE (notice_id bigint, epoch integer, kind text, moot text,
	mark uuid, due_at timestamptz, tries integer, email text, name text,
	language text, order_no text, amount integer, happened_at text,
	pay_by text, tracking_no text, posted_on date, promised_on date)
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	WITH taken AS MATERIALIZED (
		SELECT n.notice_id, n.order_no, n.kind, n.move_no
		FROM recard.notice n
		WHERE n.state = 'due' AND coalesce(n.ready_at, n.due_at) <= at
		ORDER BY coalesce(n.ready_at, n.due_at) LIMIT at_most
		FOR UPDATE SKIP LOCKED
	), judged AS MATERIALIZED (
		SELECT t.notice_id, m.*, recard.notice_moot(t.kind, EXISTS (
				SELECT FROM recard.notice l
				WHERE (l.order_no, l.kind) = (t.order_no, t.kind)
					AND l.move_no > t.move_no), m.known,
			m.status, m.held, m.pay_by, at + lease, at) AS moot
		FROM taken t JOIN recard.order_mail m USING (order_no)
	), claimed AS (
		UPDATE recard.notice n SET
			epoch = n.epoch + (j.moot IS NULL)::integer,
			ready_at = CASE WHEN j.moot IS NULL THEN at + lease
				WHEN j.moot = 'held' THEN at + interval '5 minutes'
				ELSE n.ready_at END,
			state = CASE WHEN j.moot <> 'held' THEN 'moot'
				ELSE n.state END,
			reason = nullif(j.moot, 'held'),
			ended_at = CASE WHEN j.moot <> 'held' THEN at END
		FROM judged j WHERE n.notice_id = j.notice_id
		RETURNING n.notice_id, n.epoch, n.kind, n.mark, n.due_at, n.tries,
			n.move_no
	)
	SELECT c.notice_id, c.epoch, c.kind, j.moot, c.mark, c.due_at, c.tries,
		p.email, p.name, p.language, recard.order_text(j.order_no),
		p.amount,
		-- A notice that is sent anew tells of what was then.
		recard.taipei_time(coalesce((SELECT h.at
			FROM recard.order_history h
			WHERE (h.order_no, h.move_no) = (j.order_no, c.move_no)
				AND c.kind <> 'reminder'), c.due_at)),
		recard.taipei_time(p.pay_by), p.tracking_no, p.posted_on,
		p.promised_on
	FROM claimed c JOIN judged j USING (notice_id)
	LEFT JOIN recard.order_mail p ON p.order_no = j.order_no
		AND j.moot IS NULL
	ORDER BY c.due_at, c.notice_id
$$;
