-- Ends an order whose mail came back and is not sent again.
CREATE OR REPLACE FUNCTION close_order(of_order bigint, actor text,
	reason text, at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM FROM orders WHERE order_no = of_order FOR UPDATE;
	PERFORM refuse_correcting(of_order);
	PERFORM advance(ARRAY[of_order], 'closed', actor,
		jsonb_build_object('reason', reason), at);
	UPDATE exception SET closed_at = at, closed_by = actor,
			resolution = 'closed'
		WHERE kind = 'returned_mail' AND order_no = of_order
			AND closed_at IS NULL;
	PERFORM act(actor, 'close', order_text(of_order), reason, at);
END
$$;
