-- What became of claimed notices, as far as they are still ours: whoever took
-- one over tells it himself.
-- Parameters: arrays with an element a notice: number, epoch of the claim,
-- outcome: 'sent'; 'later', not this time; 'released', it was not tried; or in
-- a word why it never will be; then the server's code, how long to wait with the next try;
-- after how long 'later' is never; who; the moment.
-- Returns: how many were settled; how many of them are never sent, which puts
-- them on the worklist.
CREATE OR REPLACE FUNCTION notice_settle(numbers bigint[], epochs integer[],
	outcomes text[], codes text[], waits bigint[], give_up interval,
	actor text, at timestamptz DEFAULT now(),
	OUT settled bigint, OUT failed bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	-- Orders first, as whoever purges them takes them: those of the worklist.
	PERFORM FROM orders o WHERE o.order_no IN (SELECT n.order_no
			FROM notice n WHERE n.notice_id = ANY (numbers))
		ORDER BY o.order_no FOR KEY SHARE;
	WITH told AS (
		SELECT * FROM unnest(numbers, epochs, outcomes, codes, waits)
			AS t (notice_id, epoch, outcome, code, wait)
	), ours AS MATERIALIZED (
		SELECT n.notice_id, n.order_no, t.code, t.wait, t.outcome,
			CASE WHEN t.outcome = 'later'
				AND at - n.due_at >= give_up THEN 'gave_up'
			WHEN t.outcome NOT IN ('sent', 'later', 'released')
				THEN t.outcome END AS never
		FROM recard.notice n JOIN told t
			ON (n.notice_id, n.epoch) = (t.notice_id, t.epoch)
		WHERE n.state = 'due'
		ORDER BY n.notice_id FOR UPDATE OF n
	), changed AS (
		UPDATE recard.notice n SET
			state = CASE WHEN o.outcome = 'sent' THEN 'sent'
				WHEN o.never IS NOT NULL THEN 'failed'
				ELSE 'due' END,
			sent_at = CASE WHEN o.outcome = 'sent' THEN at END,
			reason = o.never,
			ended_at = CASE WHEN o.never IS NOT NULL THEN at END,
			code = CASE WHEN o.outcome = 'released' THEN n.code
				ELSE o.code END,
			tries = n.tries + (o.outcome <> 'released')::integer,
			ready_at = at + coalesce(o.wait, 0)
				* interval '1 millisecond'
		FROM ours o WHERE n.notice_id = o.notice_id
		RETURNING n.notice_id, n.order_no, n.kind, n.state, n.reason
	), listed AS (
		-- As open_exception(), all at once.
		INSERT INTO recard.exception (kind, order_no, subject, reason,
			opened_at)
		SELECT 'mail', c.order_no, c.notice_id::text, c.reason, at
		FROM changed c WHERE c.reason IS NOT NULL
		ON CONFLICT (kind, subject, reason) WHERE closed_at IS NULL
			DO NOTHING
	), tallied AS (
		-- In one order everywhere: nobody waits in a circle.
		INSERT INTO recard.mail_tally AS m (kind, outcome, mails)
		SELECT c.kind, c.state, count(*) FROM changed c
		WHERE c.state <> 'due' GROUP BY c.kind, c.state
		ORDER BY c.kind, c.state
		ON CONFLICT (kind, outcome)
			DO UPDATE SET mails = m.mails + excluded.mails
	)
	SELECT count(*), count(c.reason) INTO settled, failed FROM changed c;
END
$$;
