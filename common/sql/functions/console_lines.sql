-- The card lines as a desk sees them: what waits for each, by product, the
-- blank cards left, and what was handed out and not acknowledged.
-- Returns: waiting: of the 2,000 cards that wait the longest; saturated: more
-- wait than were counted; ways: what can be done, as "act:line product;…".
CREATE OR REPLACE FUNCTION console_lines()
RETURNS TABLE (line text, product text, waiting bigint, saturated boolean,
	since timestamptz, unprintable bigint, stock bigint,
	out_batches bigint, out_cards bigint, last_number integer,
	stopped text, ways text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	WITH seen AS MATERIALIZED (SELECT o.product, j.queued_at,
			j.unprintable_on
		FROM (SELECT * FROM recard.card_job q WHERE q.state = 'queued'
			ORDER BY q.job_no LIMIT 2000) AS j
		JOIN recard.orders o USING (order_no) WHERE NOT o.held)
	SELECT l.line, p.product, w.waiting, (SELECT count(*) = 2000
			FROM (SELECT FROM recard.card_job q
			WHERE q.state = 'queued' LIMIT 2000) AS all_of_them),
		w.since, w.unprintable, recard.stock_left(l.line, p.product),
		b.batches, b.cards, l.last_number, l.stop_reason,
		concat_ws(';', CASE WHEN l.stopped_at IS NOT NULL
				THEN 'line_resume:' || l.line
			WHEN w.waiting > 0
				THEN format('batch_cut:%s %s', l.line, p.product)
			END, format('stock_counted:%1$s %2$s;stock_delivered:'
				'%1$s %2$s', l.line, p.product))
	FROM recard.card_line l JOIN recard.product p
		ON l.products = '{}' OR p.product = ANY (l.products)
	CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE NOT l.line
				= ANY (s.unprintable_on)) AS waiting,
			min(s.queued_at) FILTER (WHERE NOT l.line
				= ANY (s.unprintable_on)) AS since,
			count(*) FILTER (WHERE l.line
				= ANY (s.unprintable_on)) AS unprintable
		FROM seen s WHERE s.product = p.product) AS w
	CROSS JOIN LATERAL (SELECT count(*) AS batches,
			coalesce(sum(c.cards), 0)::bigint AS cards
		FROM recard.card_batch c WHERE c.line = l.line
			AND c.product = p.product AND c.state = 'published')
		AS b
	ORDER BY l.series, p.product
$$;
