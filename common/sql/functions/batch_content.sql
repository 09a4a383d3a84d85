-- The cards of a batch, in order: what the line gets to print, no more.
CREATE OR REPLACE FUNCTION batch_content(of_batch text)
RETURNS TABLE (line bigint, job_no bigint, attempt integer, reason text,
	order_no text, print_name text, valid_from date, valid_to date,
	address_digest text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT row_number() OVER (ORDER BY l.line), j.job_no, j.attempt,
		j.reason, recard.order_text(j.order_no), a.name, b.valid_from,
		b.valid_to, encode(j.address_digest, 'hex')
	FROM recard.card_batch b JOIN recard.card_batch_line l USING (batch_no)
	JOIN recard.card_job j USING (job_no)
	JOIN recard.applicant a USING (order_no)
	WHERE b.batch_no = of_batch ORDER BY l.line
$$;
