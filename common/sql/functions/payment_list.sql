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
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
-- What is not asked for must not be in the plan.
SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
	-- Found by index, not by a look at every payment.
	candidates bigint[] := CASE WHEN of_order IS NOT NULL THEN
			ARRAY(SELECT p.payment_id FROM payment p
					WHERE p.order_ref = order_text(of_order)
				UNION SELECT d.payment_id
					FROM settled_payment d
					WHERE d.order_no = of_order)
		WHEN of_match = 'differs' THEN
			ARRAY(SELECT p.payment_id FROM payment d
				JOIN payment p USING (channel, reference, kind)
				WHERE d.variant = 1) END;
	-- Numbers follow the time of booking but for transactions that
	-- overlapped: those of a day tell where to begin and to end.
	slack constant bigint := 100000;
	low bigint := coalesce((SELECT min(d.payment_id) - slack
		FROM (SELECT p.payment_id FROM payment p
			WHERE p.booked_at >= day_begin(from_day)
				AND p.booked_at < day_begin(from_day + 1)
			OFFSET 0) AS d), 0);
	high bigint := (SELECT max(d.payment_id) + slack
		FROM (SELECT p.payment_id FROM payment p
			WHERE p.booked_at >= day_begin(to_day)
				AND p.booked_at < day_begin(to_day + 1)
			OFFSET 0) AS d);
BEGIN
	RETURN QUERY SELECT m.payment_id, m.booked_at, m.paid_at, m.channel,
		m.reference, m.kind, m.variant, m.order_ref, m.amount,
		m.currency, m.match, order_text(s.order_no), e.reason, e.state
	FROM payment_match m
	LEFT JOIN settled_payment s USING (payment_id)
	LEFT JOIN payment_exception e USING (payment_id)
	WHERE m.payment_id > greatest(after_payment, low)
		AND (high IS NULL OR m.payment_id <= high)
		AND (of_channel IS NULL OR m.channel = of_channel)
		AND (candidates IS NULL OR m.payment_id = ANY (candidates))
		AND (of_kind IS NULL OR m.kind = of_kind)
		AND (of_match IS NULL OR m.match = of_match)
		AND (from_day IS NULL OR m.booked_at >= day_begin(from_day))
		AND (to_day IS NULL OR m.booked_at < day_begin(to_day + 1))
	ORDER BY m.payment_id LIMIT at_most;
END
$$;
