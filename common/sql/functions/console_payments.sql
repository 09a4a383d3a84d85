-- Payments that settle nothing, a page at a time: what is not closed, the
-- oldest first, or what was closed, the newest first.
-- Parameters: reason, NULL: any; state: 'open', 'refund_due', 'refunded',
-- 'matched', NULL: what is not closed; channel, NULL: any; days (Asia/Taipei)
-- on which it was opened, from, to, NULL: any; how old at least; payment that
-- the former page ended with, NULL: the first page; at most how many.
-- Returns: ways: what can be done, as "act:payment;…".
CREATE OR REPLACE FUNCTION console_payments(of_reason text, of_state text,
	of_channel text, first_day date, last_day date, older text,
	after bigint, at_most integer, at timestamptz DEFAULT now())
RETURNS TABLE (payment_id bigint, reason text, state text, order_no text,
	amount bigint, currency text, channel text, reference text,
	opened_at timestamptz, age interval, suggestion text, ways text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	closed CONSTANT boolean := coalesce(of_state, '') IN ('refunded',
		'matched');
	since CONSTANT timestamptz := coalesce(day_begin(first_day), '-infinity');
	until CONSTANT timestamptz := least(day_begin(last_day + 1),
		console_payments.at - older::interval, 'infinity');
	seen bigint[];
BEGIN
	IF closed THEN
		seen := ARRAY(SELECT e.payment_id FROM payment_exception e
			JOIN payment p USING (payment_id)
			WHERE e.closed_at IS NOT NULL AND e.state = of_state
				AND e.payment_id < coalesce(after,
					9223372036854775807)
				AND (of_reason IS NULL OR e.reason = of_reason)
				AND (of_channel IS NULL
					OR p.channel = of_channel)
				AND e.opened_at >= since AND e.opened_at < until
			ORDER BY e.payment_id DESC LIMIT at_most);
	ELSE
		seen := ARRAY(SELECT e.payment_id FROM payment_exception e
			JOIN payment p USING (payment_id)
			WHERE e.closed_at IS NULL
				AND (of_state IS NULL OR e.state = of_state)
				AND e.payment_id > coalesce(after, 0)
				AND (of_reason IS NULL OR e.reason = of_reason)
				AND (of_channel IS NULL
					OR p.channel = of_channel)
				AND e.opened_at >= since AND e.opened_at < until
			ORDER BY e.payment_id LIMIT at_most);
	END IF;
	RETURN QUERY SELECT e.payment_id, e.reason, e.state,
			order_text(e.order_no), p.amount, p.currency, p.channel,
			p.reference, e.opened_at, coalesce(e.closed_at,
				console_payments.at) - e.opened_at,
			CASE e.state WHEN 'open' THEN r.suggestion
				WHEN 'refund_due' THEN 'refund' END,
			CASE e.state WHEN 'open' THEN format(
				'payment_refund_due:%1$s;payment_refunded:%1$s;'
				'payment_matched:%1$s', e.payment_id)
			WHEN 'refund_due' THEN format('payment_refunded:%1$s;'
				'payment_matched:%1$s', e.payment_id) END
		FROM unnest(seen) WITH ORDINALITY AS s (id, place)
		JOIN payment_exception e ON e.payment_id = s.id
		JOIN payment p ON p.payment_id = s.id
		JOIN payment_reason() AS r ON r.reason = e.reason
		ORDER BY s.place;
END
$$;
