-- Ends the hold of an order, whatever its kind: the part of its release that
-- is the same for one person and for two.
-- Raises: RC020 when it is not held.
CREATE OR REPLACE FUNCTION lift_hold(held_order bigint, actor text,
	at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	UPDATE orders SET held = false WHERE order_no = held_order AND held;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC020', MESSAGE = format(
			'order %s: not held', order_text(held_order));
	END IF;
	UPDATE hold SET released_at = lift_hold.at,
			released_by = lift_hold.actor
		WHERE order_no = held_order AND released_at IS NULL;
	-- What it was held for is answered by its release.
	UPDATE exception SET closed_at = lift_hold.at,
			closed_by = lift_hold.actor, resolution = 'released'
		WHERE kind = 'card' AND order_no = held_order
			AND (exception.reason = 'attempt_limit'
				OR exception.reason LIKE 'certificate\_%')
			AND closed_at IS NULL;
END
$$;
