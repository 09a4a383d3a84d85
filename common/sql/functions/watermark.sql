-- Up to when all payment news of a product is known: the least of its feeds'
-- watermarks; NULL when a feed has none yet, or the product has no feed.
CREATE OR REPLACE FUNCTION watermark(of_product text) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT CASE WHEN bool_and(f.covered_until IS NOT NULL)
		THEN min(f.covered_until) END
	FROM recard.product_feed p JOIN recard.payment_feed f USING (channel)
	WHERE p.product = of_product
$$;
