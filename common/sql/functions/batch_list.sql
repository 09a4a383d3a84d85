-- Batches, the newest first.
-- Parameters: line, state and product, NULL: any; days of cutting
-- (Asia/Taipei), NULL: open ended; at most how many; the batch to go on after,
-- NULL: the first; whether only held ones.
CREATE OR REPLACE FUNCTION batch_list(of_line text, of_state text,
	of_product text, first_day date, last_day date, at_most integer,
	after_batch text DEFAULT NULL, only_held boolean DEFAULT false)
RETURNS TABLE (batch_no text, line text, product text, state text,
	cause text, cards bigint, made bigint, open bigint,
	created_at timestamptz, sealed_at timestamptz,
	published_at timestamptz, acked_at timestamptz, ack_reason text,
	held text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT b.batch_no, b.line, b.product, b.state, b.cause, s.sent, s.made,
		s.open, b.created_at, b.sealed_at, b.published_at, b.acked_at,
		b.ack_reason, b.hold_reason
	FROM (SELECT * FROM recard.card_batch b
		WHERE (of_line IS NULL OR b.line = of_line)
			AND (of_state IS NULL OR b.state = of_state)
			AND (of_product IS NULL OR b.product = of_product)
			AND (first_day IS NULL
				OR b.created_at >= recard.day_begin(first_day))
			AND (last_day IS NULL
				OR b.created_at < recard.day_begin(last_day + 1))
			AND (NOT only_held OR b.hold_reason IS NOT NULL)
			AND (after_batch IS NULL OR (b.created_at, b.sequence)
				< (SELECT l.created_at, l.sequence
					FROM recard.card_batch l
					WHERE l.batch_no = after_batch))
		ORDER BY b.created_at DESC, b.sequence DESC LIMIT at_most) AS b
	JOIN recard.batch_sums s USING (batch_no)
	ORDER BY b.created_at DESC, b.sequence DESC
$$;
