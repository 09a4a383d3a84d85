-- Unpaid orders past their deadline, and what each waits for.
-- Parameters: the moment; at most how many.
-- Returns: order, product, times, and the obstacle (NULL: it may be purged):
-- 'feed:<channel>', 'no_feed', 'held', 'payment_exception'.
CREATE OR REPLACE FUNCTION purge_waiting(at timestamptz DEFAULT now(),
	at_most integer DEFAULT NULL)
RETURNS TABLE (order_no bigint, product text, applied_at timestamptz,
	pay_by timestamptz, obstacle text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT o.order_no, o.product, o.applied_at, o.pay_by, CASE
		WHEN o.held THEN 'held'
		WHEN EXISTS (SELECT FROM recard.payment_exception e
			WHERE e.order_no = o.order_no AND e.closed_at IS NULL)
			THEN 'payment_exception'
		WHEN recard.watermark(o.product) >= o.pay_by THEN NULL
		ELSE coalesce('feed:' || (SELECT f.channel
			FROM recard.product_feed p
			JOIN recard.payment_feed f USING (channel)
			WHERE p.product = o.product AND (f.covered_until IS NULL
				OR f.covered_until < o.pay_by)
			ORDER BY f.covered_until NULLS FIRST, f.channel LIMIT 1),
			'no_feed') END
	FROM recard.orders o
	WHERE o.status = 'unpaid' AND o.pay_by < at
	ORDER BY o.pay_by, o.order_no LIMIT at_most
$$;
