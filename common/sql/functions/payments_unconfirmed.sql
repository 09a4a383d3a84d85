-- Payments that a notice told and no settlement line has confirmed although
-- the feed's files already cover their time, or they are older than max_age.
-- Parameters: max_age; at most how many; the moment.
-- Returns: payment, channel, order as written, age.
CREATE OR REPLACE FUNCTION payments_unconfirmed(max_age interval,
	at_most integer, at timestamptz DEFAULT now())
RETURNS TABLE (payment_id bigint, channel text, order_ref text, age interval)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT u.payment_id, p.channel, p.order_ref, at - u.since
	FROM recard.payment_unconfirmed u
	JOIN recard.payment p USING (payment_id)
	JOIN recard.payment_feed f ON f.channel = p.channel
	WHERE p.paid_at < f.covered_until OR u.since < at - max_age
	ORDER BY u.since, u.payment_id LIMIT at_most
$$;
