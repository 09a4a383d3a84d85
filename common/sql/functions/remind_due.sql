-- Queues the mail that reminds of an order that is not paid yet, once, some
-- time before its deadline. Whoever has a notice of payment waiting to be
-- booked is left alone.
-- Parameters: how long before the deadline; at most how many; the moment.
-- Returns: how many were queued.
CREATE OR REPLACE FUNCTION remind_due(before interval, at_most integer,
	at timestamptz DEFAULT now()) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	queued integer;
BEGIN
	-- Under a lock of the order: it is not paid or purged meanwhile. With
	-- OFFSET notices are looked up a row at a time, by index.
	WITH due AS (
		SELECT o.order_no FROM orders o
		WHERE o.status = 'unpaid' AND NOT o.held
			-- All of them, by the index's first column.
			AND o.product = ANY (ARRAY(SELECT p.product
				FROM product p))
			AND o.pay_by > at AND o.pay_by <= at + before
			AND NOT EXISTS (SELECT FROM notice m
				WHERE (m.order_no, m.kind, m.move_no)
					= (o.order_no, 'reminder', 0) OFFSET 0)
			AND NOT EXISTS (SELECT FROM payment_notice n
				WHERE n.order_no = o.order_no
					AND n.state = 'received'
					AND n.body IS NOT NULL OFFSET 0)
		ORDER BY o.pay_by LIMIT at_most
		FOR NO KEY UPDATE SKIP LOCKED
	)
	INSERT INTO notice (order_no, kind, move_no, due_at)
	SELECT order_no, 'reminder', 0, at FROM due
	ON CONFLICT DO NOTHING;
	GET DIAGNOSTICS queued = ROW_COUNT;
	RETURN queued;
END
$$;
