-- The ledger, oldest first: each payment with who told of it, the order that
-- it settles, and its exception.
-- Parameters, each NULL for any: channel; order (as written in the payment,
-- or settled by it); kind; match; first and last day of booking (Taipei); at
-- most how many; the payment to go on after.
CREATE OR REPLACE FUNCTION payment_list(of_channel text DEFAULT NULL,
	of_order bigint DEFAULT NULL, of_kind text DEFAULT NULL,
	of_match text DEFAULT NULL, from_day date DEFAULT NULL,
	to_day date DEFAULT NULL, at_most integer DEFAULT 100,
	after_payment bigint DEFAULT 0)
RETURNS TABLE (payment_id bigint, booked_at timestamptz, paid_at timestamptz,
	channel text, reference text, kind text, variant integer,
	order_ref text, amount bigint, currency text, match text, settles text,
	exception text, state text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT m.payment_id, m.booked_at, m.paid_at, m.channel, m.reference,
		m.kind, m.variant, m.order_ref, m.amount, m.currency, m.match,
		recard.order_text(s.order_no), e.reason, e.state
	FROM recard.payment_match m
	LEFT JOIN recard.settled_payment s USING (payment_id)
	LEFT JOIN recard.payment_exception e USING (payment_id)
	WHERE m.payment_id > after_payment
		AND (of_channel IS NULL OR m.channel = of_channel)
		AND (of_order IS NULL OR s.order_no = of_order
			OR m.order_ref = recard.order_text(of_order))
		AND (of_kind IS NULL OR m.kind = of_kind)
		AND (of_match IS NULL OR m.match = of_match)
		AND (from_day IS NULL OR m.booked_at
			>= from_day::timestamp AT TIME ZONE 'Asia/Taipei')
		AND (to_day IS NULL OR m.booked_at
			< (to_day + 1)::timestamp AT TIME ZONE 'Asia/Taipei')
	ORDER BY m.payment_id LIMIT at_most
$$;
