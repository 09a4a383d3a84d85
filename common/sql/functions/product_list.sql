-- Products: how long their orders may wait for payment, what they cost on a
-- day, and which feeds must have told before an order is purged.
CREATE OR REPLACE FUNCTION product_list(at timestamptz DEFAULT now())
RETURNS TABLE (product text, display text, pay_window interval,
	pay_rule text, card_fee integer, postage integer, price integer,
	feeds text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT p.product, p.display, p.pay_window, p.pay_rule, d.card_fee,
		d.postage, d.card_fee + d.postage,
		(SELECT string_agg(f.channel, ' ' ORDER BY f.channel)
			FROM recard.product_feed f WHERE f.product = p.product)
	FROM recard.product p
	LEFT JOIN LATERAL (SELECT * FROM recard.product_price d
		WHERE d.product = p.product
			AND d.valid_from <= recard.taipei_date(at)
		ORDER BY d.valid_from DESC LIMIT 1) AS d USING (product)
	ORDER BY p.product
$$;
