-- The letters of a posting list, in order.
CREATE OR REPLACE FUNCTION posting_list_content(of_list text)
RETURNS TABLE (order_no text, name text, address text, mail_no text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT recard.order_text(l.order_no), a.name, a.address,
		l.mail_no
	FROM recard.posting_line p JOIN recard.label l USING (label_no)
	JOIN recard.addressee a USING (label_no)
	WHERE p.list_no = of_list ORDER BY p.line
$$;
