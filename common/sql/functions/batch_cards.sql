-- The cards of a batch in their order, without anything personal.
CREATE OR REPLACE FUNCTION batch_cards(of_batch text)
RETURNS TABLE (line integer, job_no bigint, attempt integer, reason text,
	order_no text, state text, on_hold_since timestamptz,
	error_code text, made_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT l.line, j.job_no, j.attempt, j.reason,
		recard.order_text(j.order_no), CASE WHEN j.state = 'batched'
			AND j.on_hold_since IS NOT NULL THEN 'on_hold'
			WHEN j.state = 'batched' THEN 'open'
			ELSE j.state::text END,
		j.on_hold_since, j.error_code, j.made_at
	FROM recard.card_batch_line l JOIN recard.card_job j USING (job_no)
	WHERE l.batch_no = of_batch ORDER BY l.line
$$;
