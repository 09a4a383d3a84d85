-- Gives a holder who remembers the code his tries back: a recorded act.
-- Raises: RC020 when there is nothing to unlock.
CREATE OR REPLACE FUNCTION activation_unlock(of_order bigint, actor text,
	reason text, at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	-- The order first, as everywhere.
	PERFORM FROM orders WHERE order_no = of_order FOR NO KEY UPDATE;
	UPDATE activation SET tries = 0, locked_at = NULL
		WHERE order_no = of_order AND locked_at IS NOT NULL;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC020', MESSAGE = format(
			'order %s: activation is not locked',
			order_text(of_order)), HINT = 'activation show tells '
			'how it stands';
	END IF;
	PERFORM act(actor, 'unlock', order_text(of_order), reason, at);
END
$$;
