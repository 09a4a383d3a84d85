-- What somebody should look at in manufacture.
-- Returns: kind ('stopped', 'ack_missing', 'results_late', 'stock_out',
-- 'calendar_missing'); line; batch, or product, or year; since when; how many
-- cards it is about. An alarm is never a reason to send a batch again.
CREATE OR REPLACE FUNCTION line_alarms(at timestamptz DEFAULT now())
RETURNS TABLE (kind text, line text, subject text, since timestamptz,
	cards bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT 'stopped', l.line, l.stop_reason, l.stopped_at, NULL::bigint
	FROM recard.card_line l WHERE l.stopped_at IS NOT NULL
	UNION ALL
	SELECT 'ack_missing', b.line, b.batch_no, b.published_at,
		b.cards::bigint
	FROM recard.card_batch b JOIN recard.card_line l USING (line)
	WHERE b.state = 'published' AND b.published_at < at - l.ack_patience
	UNION ALL
	SELECT 'results_late', b.line, b.batch_no, b.published_at, count(*)
	FROM recard.card_at_line c JOIN recard.card_batch b USING (batch_no)
	JOIN recard.card_line l USING (line)
	WHERE b.state IN ('published', 'accepted') AND c.on_hold_since IS NULL
		AND b.published_at < at - l.result_patience
	GROUP BY b.line, b.batch_no
	UNION ALL
	SELECT 'stock_out', l.line, w.product, w.since, w.waiting
	FROM recard.card_line l, recard.line_waiting(l.line, at) AS w
	WHERE w.stock = 0 AND w.waiting > 0
	UNION ALL
	SELECT 'calendar_missing', l.line, y.year::text, NULL, NULL
	FROM recard.card_line l, recard.calendar_gap(at) AS y (year)
	WHERE l.cut_at <> '{}' AND y.year IS NOT NULL
$$;
