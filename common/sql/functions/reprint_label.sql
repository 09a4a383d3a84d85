-- Gives an order a new label and voids the former copy: a recorded act.
-- Returns: the new label's copy number.
-- Raises: RC020 when the order has no valid label, or its letter is in the
-- post.
CREATE OR REPLACE FUNCTION reprint_label(of_order bigint, actor text,
	reason text, at timestamptz DEFAULT now()) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	former label;
BEGIN
	PERFORM FROM orders WHERE order_no = of_order
		AND status IN ('queued', 'producing', 'produced') FOR UPDATE;
	IF FOUND THEN
		UPDATE label SET state = 'void', voided_at = at,
				voided_by = actor, void_reason = reason
			WHERE order_no = of_order AND state <> 'void'
			RETURNING * INTO former;
	END IF;
	IF former.label_no IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'RC020', MESSAGE = format(
			'order %s: has no label that could be printed again',
			order_text(of_order));
	END IF;
	UPDATE exception SET closed_at = at, closed_by = actor,
			resolution = 'reprinted'
		WHERE kind = 'label' AND subject = former.label_no::text
			AND closed_at IS NULL;
	INSERT INTO label (order_no, copy_no, address_digest, created_at)
		VALUES (of_order, former.copy_no + 1, former.address_digest, at);
	PERFORM act(actor, 'reprint', order_text(of_order), reason, at);
	PERFORM pg_notify('recard_label', '');
	RETURN former.copy_no + 1;
END
$$;
