-- Says why an order's label can be neither printed again nor voided.
-- Raises: RC020.
CREATE OR REPLACE FUNCTION no_label(of_order bigint) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	at_status text := (SELECT status FROM orders
		WHERE order_no = of_order);
BEGIN
	RAISE EXCEPTION USING ERRCODE = 'RC020', MESSAGE = format(
			'order %s: has no label that could be printed again',
			order_text(of_order)),
		HINT = CASE WHEN at_status IS NULL THEN 'there is no such order'
			ELSE format('it is %s; a label is there from queued to '
				'produced', at_status) END;
END
$$;
