-- Unpaid orders past their deadline, and what each waits for.
-- Parameters: the moment; at most how many.
-- Returns: order, product, times, and the obstacle (NULL: it may be purged):
-- 'held', 'notice' (one is not booked yet), 'payment_exception',
-- 'question:<channel>' (its provider has not said yet that it is unpaid),
-- 'feed:<channel>', 'no_feed'.
CREATE OR REPLACE FUNCTION purge_waiting(at timestamptz DEFAULT now(),
	at_most integer DEFAULT NULL)
RETURNS TABLE (order_no bigint, product text, applied_at timestamptz,
	pay_by timestamptz, obstacle text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	WITH news AS MATERIALIZED (SELECT * FROM recard.product_news)
	SELECT o.order_no, o.product, o.applied_at, o.pay_by, CASE
		WHEN o.held THEN 'held'
		ELSE coalesce((SELECT min(b.obstacle)
			FROM recard.purge_obstacle b
			WHERE b.order_no = o.order_no),
		CASE WHEN n.covered_until >= o.pay_by THEN
			(SELECT 'question:' || min(f.channel)
			FROM unnest(n.asked) AS f (channel)
			WHERE NOT EXISTS (SELECT FROM recard.payment_question q
				WHERE (q.order_no, q.channel)
						= (o.order_no, f.channel)
					AND q.notice_no IS NULL
					AND q.answer = 'unpaid'
					AND q.answered_at > o.pay_by))
		ELSE coalesce('feed:' || (SELECT f.channel
			FROM recard.product_feed p
			JOIN recard.payment_feed f USING (channel)
			WHERE p.product = o.product AND (f.covered_until IS NULL
				OR f.covered_until < o.pay_by)
			ORDER BY f.covered_until NULLS FIRST, f.channel LIMIT 1),
			'no_feed') END) END
	FROM recard.orders o JOIN news n USING (product)
	WHERE o.status = 'unpaid' AND o.pay_by < at
	ORDER BY o.pay_by, o.order_no LIMIT at_most
$$;
