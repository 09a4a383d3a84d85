-- Accounts for every card of the batches that were sealed: those sent are
-- made, spoiled, rejected, on hold or still open at the line.
-- Parameters: line and batch, NULL: any; days of sealing (Asia/Taipei), NULL:
-- open ended; whether only those with cards open or on hold; the moment.
-- Returns: a row for each batch, the oldest first; age since it was handed
-- out; late: open for longer than the line is given; balanced: the sum is
-- what was sealed; codes: the line's error codes and how often each came.
CREATE OR REPLACE FUNCTION batch_reconcile(of_line text, of_batch text,
	first_day date, last_day date, only_open boolean,
	at timestamptz DEFAULT now())
RETURNS TABLE (line text, batch_no text, product text, state text,
	sent bigint, made bigint, spoiled bigint, rejected bigint,
	on_hold bigint, open bigint, age interval, late boolean,
	balanced boolean, codes text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT s.line, s.batch_no, s.product, s.state, s.sent, s.made,
		s.spoiled, s.rejected, s.on_hold, s.open, at - s.published_at,
		s.open + s.on_hold > 0 AND coalesce(
			at - s.published_at > l.result_patience
			OR s.state = 'published'
			AND at - s.published_at > l.ack_patience, false),
		s.sent = s.sealed_cards AND s.sent = s.made + s.spoiled
			+ s.rejected + s.on_hold + s.open,
		(SELECT string_agg(c.code || '=' || c.times, ' ' ORDER BY c.code)
		FROM (SELECT j.error_code AS code, count(*) AS times
			FROM recard.card_batch_line x
			JOIN recard.card_job j USING (job_no)
			WHERE x.batch_no = s.batch_no
				AND j.error_code IS NOT NULL
			GROUP BY j.error_code) AS c)
	FROM recard.batch_sums s JOIN recard.card_line l USING (line)
	WHERE s.sealed_at IS NOT NULL
		AND (of_line IS NULL OR s.line = of_line)
		AND (of_batch IS NULL OR s.batch_no = of_batch)
		AND (first_day IS NULL
			OR recard.taipei_date(s.sealed_at) >= first_day)
		AND (last_day IS NULL
			OR recard.taipei_date(s.sealed_at) <= last_day)
		AND (NOT only_open OR s.open + s.on_hold > 0
			OR s.state IN ('sealed', 'published', 'refused'))
	ORDER BY s.line, s.sequence
$$;
