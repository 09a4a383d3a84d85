-- Stops an order where it stands until release_order().
-- Raises: RC020 when there is no such open order or it is held already.
CREATE OR REPLACE FUNCTION hold_order(held_order bigint, actor text,
	reason text, at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	UPDATE orders o SET held = true FROM order_state s
		WHERE o.order_no = held_order AND s.status = o.status
			AND NOT s.ends AND NOT o.held;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC020', MESSAGE = format(
			'order %s: not open, or held already',
			order_text(held_order));
	END IF;
	INSERT INTO hold (order_no, reason, placed_at, placed_by)
		VALUES (held_order, hold_order.reason, hold_order.at,
			hold_order.actor);
	PERFORM act(actor, 'hold', order_text(held_order), reason, at);
END
$$;
