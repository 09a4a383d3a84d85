-- What a product costs on a day: card and registered postage together.
CREATE OR REPLACE FUNCTION price_at(of_product text, on_day date)
RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT card_fee + postage FROM recard.product_price
	WHERE product = of_product AND valid_from <= on_day
	ORDER BY valid_from DESC LIMIT 1
$$;
