-- Batches, the newest first, a page at a time.
-- Parameters: state, NULL: any; batch that the former page ended with, NULL:
-- the first page; at most how many.
CREATE OR REPLACE FUNCTION console_batches(of_state text, before text,
	at_most integer)
RETURNS TABLE (batch_no text, line text, product text, state text,
	cards bigint, made bigint, open bigint, created_at timestamptz,
	published_at timestamptz, acked_at timestamptz, ack_reason text,
	held text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT b.batch_no, b.line, b.product, b.state, s.sent, s.made, s.open,
		b.created_at, b.published_at, b.acked_at, b.ack_reason,
		b.hold_reason
	FROM (SELECT * FROM recard.card_batch b
		WHERE (of_state IS NULL OR b.state = of_state)
			AND (before IS NULL OR (b.created_at, b.batch_no)
				< (SELECT f.created_at, f.batch_no
				FROM recard.card_batch f
				WHERE f.batch_no = before))
		ORDER BY b.created_at DESC, b.batch_no DESC LIMIT at_most) AS b
	JOIN recard.batch_sums s USING (batch_no)
	ORDER BY b.created_at DESC, b.batch_no DESC
$$;
