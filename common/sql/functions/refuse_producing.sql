-- Refuses what comes too late for an order whose batch is sealed.
-- Parameters: order; what was asked for: 'held', 'cancelled'.
-- Raises: RC020 naming the batch; nothing when the order is elsewhere.
CREATE OR REPLACE FUNCTION refuse_producing(of_order bigint, asked text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	sealed text;
BEGIN
	SELECT l.batch_no INTO sealed FROM orders o JOIN card_job j USING (order_no)
		JOIN card_batch_line l USING (job_no)
		WHERE o.order_no = of_order AND o.status = 'producing'
			AND j.state = 'batched';
	IF FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC020', MESSAGE = format(
			'order %s cannot be %s any more: its card is in batch '
			'%s, which is sealed', order_text(of_order), asked,
			sealed), HINT = 'after payment that is possible only '
			'until the batch is sealed';
	END IF;
END
$$;
