-- Lets a held order go on.
-- Raises: RC020 when it is not held, or held until two people decide.
CREATE OR REPLACE FUNCTION release_order(held_order bigint, actor text,
	reason text, at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	IF EXISTS (SELECT FROM hold WHERE order_no = held_order AND by_two
		AND released_at IS NULL)
	THEN
		RAISE EXCEPTION USING ERRCODE = 'RC020', MESSAGE = format(
			'order %s: its card failed too often, another try is for '
			'two people to decide', order_text(held_order)),
			HINT = 'order retry asks for it';
	END IF;
	PERFORM lift_hold(held_order, actor, at);
	PERFORM act(actor, 'release', order_text(held_order), reason, at);
	PERFORM pg_notify('recard_manufacture', '');
END
$$;
