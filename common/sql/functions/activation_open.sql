-- Whether the holder of an order can activate its card now: the card is in the
-- post or there, waits for it, and no four wrong codes were entered.
CREATE OR REPLACE FUNCTION activation_open(of_order bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT EXISTS (SELECT FROM recard.orders o
		JOIN recard.activation a USING (order_no)
		JOIN recard.card_job j USING (order_no)
		JOIN recard.certificate c ON c.card_no = j.new_card_no
		WHERE o.order_no = of_order AND o.status IN ('mailed', 'delivered')
			AND a.locked_at IS NULL AND a.activated_at IS NULL
			AND j.state = 'made' AND c.status IN ('inactive', 'valid'))
$$;
