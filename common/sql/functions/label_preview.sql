-- What is printed on an order's valid label, or on a sheet of a run, for
-- somebody to look at. Each is a look at personal data, which is recorded.
-- Parameters: order, or run and sheet from 1, the others NULL; who; why.
-- Returns: no row when there is no such label or sheet. cell is 1 for an
-- order's label; layout is NULL when it is on no run yet.
CREATE OR REPLACE FUNCTION label_preview(of_order bigint, of_run text,
	of_sheet integer, actor text, reason text,
	at timestamptz DEFAULT now())
RETURNS TABLE (layout text, cell integer, order_no text, postal_code text,
	address text, name text, copy_no integer,
	mail_no text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY SELECT r.layout, coalesce(s.cell, 1),
			order_text(l.order_no), a.postal_code, a.address,
			a.name, l.copy_no, l.mail_no
		FROM label l LEFT JOIN label_run r USING (run_no)
		JOIN addressee a ON a.label_no = l.label_no
		LEFT JOIN run_labels(of_run) s ON s.label_no = l.label_no
		WHERE CASE WHEN of_run IS NULL
			THEN l.order_no = of_order AND l.state <> 'void'
			ELSE l.run_no = of_run AND s.sheet = of_sheet END
		ORDER BY s.cell;
	INSERT INTO access_record (at, actor, order_no, purpose)
		SELECT label_preview.at, label_preview.actor, l.order_no,
			'label preview: ' || reason
		FROM label l LEFT JOIN run_labels(of_run) s USING (label_no)
		WHERE CASE WHEN of_run IS NULL
			THEN l.order_no = of_order AND l.state <> 'void'
			ELSE l.run_no = of_run AND s.sheet = of_sheet END;
END
$$;
