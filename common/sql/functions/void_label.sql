-- Voids an order's label without printing another yet: its next copy stands
-- on the worklist until it is printed by reprint_label(). A recorded act.
-- Returns: the copy number that waits.
-- Raises: RC020 when the order has no valid label, or its letter is in the
-- post.
CREATE OR REPLACE FUNCTION void_label(of_order bigint, actor text,
	reason text, at timestamptz DEFAULT now()) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	copy integer;
BEGIN
	SELECT copy_no INTO copy FROM replace_labels(ARRAY[of_order],
		'withheld', actor, reason, at);
	IF NOT FOUND THEN
		PERFORM no_label(of_order);
	END IF;
	PERFORM act(actor, 'void label', order_text(of_order), reason, at);
	RETURN copy;
END
$$;
