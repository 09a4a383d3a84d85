-- The dated prices of a product, oldest first, and which one holds now.
CREATE OR REPLACE FUNCTION product_prices(of_product text,
	at timestamptz DEFAULT now())
RETURNS TABLE (valid_from date, card_fee integer, postage integer,
	price integer, in_force boolean)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT d.valid_from, d.card_fee, d.postage, d.card_fee + d.postage,
		d.valid_from = (SELECT max(e.valid_from)
			FROM recard.product_price e WHERE e.product = of_product
				AND e.valid_from <= recard.taipei_date(at))
			IS TRUE
	FROM recard.product_price d WHERE d.product = of_product
	ORDER BY d.valid_from
$$;
