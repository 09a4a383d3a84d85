-- Gives an order a new label and voids the former copy: a recorded act.
-- Returns: the new label's copy number.
-- Raises: RC020 when the order has no valid label, or its letter is in the
-- post.
CREATE OR REPLACE FUNCTION reprint_label(of_order bigint, actor text,
	reason text, at timestamptz DEFAULT now()) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	copy integer;
BEGIN
	SELECT copy_no INTO copy FROM replace_labels(ARRAY[of_order], NULL,
		actor, reason, at);
	IF NOT FOUND THEN
		PERFORM no_label(of_order);
	END IF;
	PERFORM act(actor, 'reprint', order_text(of_order), reason, at);
	RETURN copy;
END
$$;
