-- What became of the rows of a file that were not simply applied: rejected
-- rows, and payments that went to exceptions.
CREATE OR REPLACE FUNCTION import_remarks(of_import bigint)
RETURNS TABLE (line bigint, code text, words text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT line, code, text FROM recard.import_reject
	WHERE import_id = of_import
	UNION ALL
	SELECT p.line, e.reason, 'booked in the ledger as an exception: '
		|| e.state || coalesce(' (' || p.fault || ')', '')
	FROM recard.payment p JOIN recard.payment_exception e
		USING (payment_id)
	WHERE p.import_id = of_import
	ORDER BY 1
$$;
