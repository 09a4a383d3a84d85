-- Sends returned mail again, where it was sent before: the former label becomes
-- void, a new one waits for printing. Elsewhere: correct_address().
-- Returns: the copy number of the new label.
CREATE OR REPLACE FUNCTION remail_order(of_order bigint, actor text,
	reason text, at timestamptz DEFAULT now()) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM FROM orders WHERE order_no = of_order FOR UPDATE;
	PERFORM refuse_correcting(of_order);
	PERFORM advance(ARRAY[of_order], 'remailed', actor,
		jsonb_build_object('reason', reason), at);
	UPDATE exception SET closed_at = at, closed_by = actor,
			resolution = 'remailed'
		WHERE kind = 'returned_mail' AND order_no = of_order
			AND closed_at IS NULL;
	RETURN reprint_label(of_order, actor, reason, at);
END
$$;
