-- The labels of a run in printing order, with what is printed on them.
-- Labels that were voided before the run is sealed are left out; what is on a
-- sealed run stays, so that rendering it again gives the same bytes.
CREATE OR REPLACE FUNCTION label_run_content(of_run text)
RETURNS TABLE (label_no bigint, order_no text, postal_code text,
	address text, name text, copy_no integer,
	mail_no text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT l.label_no, recard.order_text(l.order_no), a.postal_code,
		a.address, a.name, l.copy_no, l.mail_no
	FROM recard.label_run r JOIN recard.label l USING (run_no)
	JOIN recard.addressee a USING (label_no)
	WHERE r.run_no = of_run AND (l.state <> 'void' OR r.state <> 'cut')
	ORDER BY l.place
$$;
