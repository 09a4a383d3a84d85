-- Payment feeds that the purge waits for, or that have been silent for too
-- long. A feed that never brought a file is called silent once orders wait
-- for it: before that it is merely new.
-- Returns: feed; whether it is silent; seconds since its last file (NULL:
-- there was none); up to when it is complete; how many unpaid orders wait
-- for it.
CREATE OR REPLACE FUNCTION purge_feeds(at timestamptz DEFAULT now())
RETURNS TABLE (channel text, silent boolean, age bigint,
	covered_until timestamptz, waiting bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT f.channel, coalesce(f.last_file_at < at - f.max_silence, true),
		extract(epoch FROM at - f.last_file_at)::bigint,
		f.covered_until, w.waiting
	FROM recard.payment_feed f, LATERAL (
		SELECT count(*) AS waiting FROM recard.orders o
		WHERE o.status = 'unpaid' AND NOT o.held AND o.pay_by < at
			AND (f.covered_until IS NULL
				OR f.covered_until < o.pay_by)
			AND o.product IN (SELECT p.product
				FROM recard.product_feed p
				WHERE p.channel = f.channel)) AS w
	WHERE w.waiting > 0 OR f.last_file_at < at - f.max_silence
		AND EXISTS (SELECT FROM recard.product_feed p
			WHERE p.channel = f.channel)
	ORDER BY f.channel
$$;
