-- Batches, the newest first, a page at a time.
-- Parameters: state, line, product, NULL: any; 'yes': only held ones; days
-- (Asia/Taipei) of cutting from, to, NULL: any; batch that the former page
-- ended with, NULL: the first page; at most how many.
-- Returns: open: cards that the line has not told of yet; NULL where none can
-- be.
CREATE OR REPLACE FUNCTION console_batches(of_state text, of_line text,
	of_product text, only_held text, first_day date, last_day date,
	before text, at_most integer)
RETURNS TABLE (batch_no text, line text, product text, state text,
	cards bigint, open bigint, created_at timestamptz,
	published_at timestamptz, acked_at timestamptz, ack_reason text,
	held text, ways text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	-- A number begins with its day.
	SELECT b.batch_no, b.line, b.product, b.state, coalesce(b.cards,
			(SELECT count(*) FROM recard.card_batch_line l
			WHERE l.batch_no = b.batch_no)),
		CASE WHEN b.state IN ('published', 'accepted') THEN (SELECT
			count(*) FROM recard.card_batch_line l
			JOIN recard.card_job j USING (job_no)
			WHERE l.batch_no = b.batch_no AND j.state = 'batched')
			END,
		b.created_at, b.published_at, b.acked_at, b.ack_reason,
		b.hold_reason, CASE WHEN b.held_at IS NOT NULL
			THEN 'batch_release:' || b.batch_no
		WHEN b.state IN ('cut', 'sealed')
			THEN 'batch_hold:' || b.batch_no
		WHEN b.state = 'published' THEN 'batch_resend:' || b.batch_no
		WHEN b.state = 'refused' THEN format(
			'batch_resend:%1$s;batch_abandon:%1$s', b.batch_no) END
	FROM recard.card_batch b
	WHERE (of_state IS NULL OR b.state = of_state)
		AND (of_line IS NULL OR b.line = of_line)
		AND (of_product IS NULL OR b.product = of_product)
		AND (only_held IS NULL OR b.held_at IS NOT NULL)
		AND b.batch_no < coalesce(before, 'CB-' || to_char(last_day + 1,
			'YYYYMMDD'), 'CC')
		AND b.batch_no < coalesce('CB-' || to_char(last_day + 1,
			'YYYYMMDD'), 'CC')
		AND b.batch_no > coalesce('CB-' || to_char(first_day,
			'YYYYMMDD'), '')
	ORDER BY b.batch_no DESC LIMIT at_most
$$;
