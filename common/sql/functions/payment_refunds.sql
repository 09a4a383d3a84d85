-- What is to be refunded, or was: the list for whoever makes the transfers,
-- and for the books afterwards.
-- Parameters: state, refund_due or refunded; at most how many, the payment to
-- go on after, its channel, first and last day (Taipei) on which it came into
-- that state, NULL for any.
CREATE OR REPLACE FUNCTION payment_refunds(
	of_state text DEFAULT 'refund_due', at_most integer DEFAULT NULL,
	after_payment bigint DEFAULT NULL, of_channel text DEFAULT NULL,
	first_day date DEFAULT NULL, last_day date DEFAULT NULL)
RETURNS TABLE (payment_id bigint, order_ref text, amount bigint,
	currency text, channel text, reference text, paid_at timestamptz,
	reason text, since timestamptz, refund_reference text, closed_by text,
	note text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT p.payment_id, p.order_ref, p.amount, p.currency, p.channel,
		p.reference, p.paid_at, e.reason, e.since, e.refund_reference,
		e.closed_by, e.note
	FROM (SELECT *, opened_at AS since FROM recard.payment_exception
			WHERE closed_at IS NULL AND of_state = 'refund_due'
		UNION ALL
		SELECT *, closed_at FROM recard.payment_exception
			WHERE closed_at IS NOT NULL AND of_state = 'refunded'
		) AS e
	JOIN recard.payment p USING (payment_id)
	WHERE e.state = of_state
		AND (of_channel IS NULL OR p.channel = of_channel)
		AND (first_day IS NULL
			OR e.since >= recard.day_begin(first_day))
		AND (last_day IS NULL
			OR e.since < recard.day_begin(last_day + 1))
		AND (after_payment IS NULL OR (e.since, e.payment_id)
			-- Also when it was refunded since.
			> (SELECT CASE WHEN of_state = 'refund_due'
					THEN l.opened_at ELSE l.closed_at END,
					l.payment_id
				FROM recard.payment_exception l
				WHERE l.payment_id = after_payment))
	ORDER BY e.since, p.payment_id LIMIT at_most
$$;
