-- Lets a held order go on.
-- Raises: RC020 when it is not held.
CREATE OR REPLACE FUNCTION release_order(held_order bigint, actor text,
	reason text, at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	UPDATE orders SET held = false WHERE order_no = held_order AND held;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC020', MESSAGE = format(
			'order %s: not held', order_text(held_order));
	END IF;
	UPDATE hold SET released_at = release_order.at,
			released_by = release_order.actor
		WHERE order_no = held_order AND released_at IS NULL;
	PERFORM act(actor, 'release', order_text(held_order), reason, at);
	PERFORM pg_notify('recard_manufacture', '');
END
$$;
