-- The sources of payment news, and whether they keep up.
-- Parameter: the moment.
-- Returns: a row a feed: its watermark; the last sequence of the unbroken
-- run, and the first one missing after it; its last file and for how long it
-- has been silent; state: 'gap', 'silent' (longer than it may be, or never
-- heard) or 'ok'; how many unpaid orders past their deadline wait for it;
-- questions to the provider not answered yet; whether it is asked before a
-- purge; its products.
CREATE OR REPLACE FUNCTION payment_feeds(at timestamptz DEFAULT now())
RETURNS TABLE (channel text, display text, state text,
	covered_until timestamptz, last_sequence bigint,
	missing_sequence bigint, last_file_at timestamptz, silence interval,
	max_silence interval, waiting bigint, questions bigint, asked boolean,
	products text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT f.channel, f.display, CASE WHEN gap.missing IS NOT NULL
			THEN 'gap'
		WHEN f.last_file_at IS NULL
			OR at - f.last_file_at > f.max_silence THEN 'silent'
		ELSE 'ok' END, f.covered_until, f.last_sequence, gap.missing,
		f.last_file_at, at - f.last_file_at, f.max_silence,
		(SELECT count(*) FROM recard.orders o
			JOIN recard.product_feed p USING (product)
			WHERE p.channel = f.channel AND o.status = 'unpaid'
				AND o.pay_by < at AND (f.covered_until IS NULL
				OR o.pay_by > f.covered_until)),
		(SELECT count(*) FROM recard.payment_question q
			WHERE q.channel = f.channel AND q.answered_at IS NULL),
		f.ask_before_purge,
		(SELECT string_agg(p.product, ' ' ORDER BY p.product)
			FROM recard.product_feed p WHERE p.channel = f.channel)
	FROM recard.payment_feed f, LATERAL (SELECT CASE WHEN EXISTS (SELECT
			FROM recard.settlement_file s
			WHERE s.channel = f.channel AND s.sequence
				> coalesce(f.last_sequence, f.first_sequence - 1))
		THEN coalesce(f.last_sequence, f.first_sequence - 1) + 1 END
		AS missing) AS gap
	ORDER BY f.channel
$$;
