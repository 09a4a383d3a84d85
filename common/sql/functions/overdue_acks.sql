-- Batches that were handed out and not acknowledged in time. An alarm, never
-- a reason to send again.
CREATE OR REPLACE FUNCTION overdue_acks(patience interval,
	at timestamptz DEFAULT now())
RETURNS TABLE (batch_no text, published_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT b.batch_no, b.published_at FROM recard.card_batch b
	WHERE b.state = 'published' AND b.published_at < at - patience
	ORDER BY b.sequence
$$;
