-- The labels of a run in printing order, with what is printed on them.
-- Labels that were voided meanwhile are left out.
CREATE OR REPLACE FUNCTION label_run_content(of_run text)
RETURNS TABLE (label_no bigint, order_no text, postal_code text,
	address text, name text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT l.label_no, recard.order_text(l.order_no), a.postal_code,
		a.address, a.name
	FROM recard.label l JOIN recard.applicant a USING (order_no)
	WHERE l.run_no = of_run AND l.state <> 'void' ORDER BY l.place
$$;
