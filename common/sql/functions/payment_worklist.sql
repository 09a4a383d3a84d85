-- Payments that settle nothing, the oldest first, with what to do about each.
-- Parameters: reason, NULL for any; state, 'all', or NULL for what is not
-- closed; at most how many; the moment; the payment to go on after, its
-- channel, first and last day of opening (Taipei), NULL for any.
CREATE OR REPLACE FUNCTION payment_worklist(of_reason text DEFAULT NULL,
	of_state text DEFAULT NULL, at_most integer DEFAULT 100,
	at timestamptz DEFAULT now(), after_payment bigint DEFAULT NULL,
	of_channel text DEFAULT NULL, first_day date DEFAULT NULL,
	last_day date DEFAULT NULL)
RETURNS TABLE (payment_id bigint, opened_at timestamptz, age interval,
	reason text, state text, order_no text, order_ref text, amount bigint,
	currency text, channel text, reference text, suggestion text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT p.payment_id, e.opened_at, at - e.opened_at, e.reason, e.state,
		recard.order_text(e.order_no), p.order_ref, p.amount,
		p.currency, p.channel, p.reference, CASE e.state
			WHEN 'open' THEN r.suggestion
			WHEN 'refund_due' THEN 'refund' END
	-- In two, so that what is closed does not slow down what is not.
	FROM (SELECT * FROM recard.payment_exception WHERE closed_at IS NULL
			AND coalesce(of_state, 'all') IN ('all', state)
		UNION ALL
		SELECT * FROM recard.payment_exception
			WHERE closed_at IS NOT NULL
			AND of_state IN ('all', 'refunded', 'matched')
			AND of_state IN ('all', state)) AS e
	JOIN recard.payment p USING (payment_id)
	JOIN recard.payment_reason() AS r USING (reason)
	WHERE (of_reason IS NULL OR e.reason = of_reason)
		AND (of_channel IS NULL OR p.channel = of_channel)
		AND (first_day IS NULL
			OR e.opened_at >= recard.day_begin(first_day))
		AND (last_day IS NULL
			OR e.opened_at < recard.day_begin(last_day + 1))
		AND (after_payment IS NULL OR (e.opened_at, e.payment_id)
			> (SELECT l.opened_at, l.payment_id
				FROM recard.payment_exception l
				WHERE l.payment_id = after_payment))
	ORDER BY e.opened_at, p.payment_id LIMIT at_most
$$;
