-- Orders by status, oldest first. No personal data.
CREATE OR REPLACE FUNCTION order_list(of_status text DEFAULT NULL,
	at_most integer DEFAULT 100, after_order bigint DEFAULT 0)
RETURNS TABLE (order_no text, product text, status text, held boolean,
	amount integer, applied_at timestamptz, pay_by timestamptz,
	moved_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT recard.order_text(o.order_no), o.product, o.status::text, o.held,
		o.amount, o.applied_at, o.pay_by, o.moved_at
	FROM recard.orders o
	WHERE (of_status IS NULL OR o.status = of_status::recard.order_status)
		AND o.order_no > after_order
	ORDER BY o.order_no LIMIT at_most
$$;
