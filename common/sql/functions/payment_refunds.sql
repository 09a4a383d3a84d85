-- What is to be refunded, or was: the list for whoever makes the transfers,
-- and for the books afterwards.
-- Parameter: state, refund_due or refunded.
CREATE OR REPLACE FUNCTION payment_refunds(
	of_state text DEFAULT 'refund_due')
RETURNS TABLE (payment_id bigint, order_ref text, amount bigint,
	currency text, channel text, reference text, paid_at timestamptz,
	reason text, since timestamptz, refund_reference text, closed_by text,
	note text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT p.payment_id, p.order_ref, p.amount, p.currency, p.channel,
		p.reference, p.paid_at, e.reason,
		coalesce(e.closed_at, e.opened_at), e.refund_reference,
		e.closed_by, e.note
	FROM (SELECT * FROM recard.payment_exception
			WHERE closed_at IS NULL AND of_state = 'refund_due'
		UNION ALL
		SELECT * FROM recard.payment_exception
			WHERE closed_at IS NOT NULL AND of_state = 'refunded'
		) AS e
	JOIN recard.payment p USING (payment_id)
	WHERE e.state = of_state
	ORDER BY coalesce(e.closed_at, e.opened_at), p.payment_id
$$;
