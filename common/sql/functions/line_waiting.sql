-- The cards that wait for a line, by product.
-- Parameters: line; the moment.
-- Returns: product; how many wait and since when the first; blank cards left
-- (NULL: not counted); why a batch is due by the line's rules, or NULL; how
-- many more wait whose names the line cannot print.
CREATE OR REPLACE FUNCTION line_waiting(of_line text,
	at timestamptz DEFAULT now())
RETURNS TABLE (product text, waiting bigint, since timestamptz, stock bigint,
	cause text, unprintable bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT w.product, w.waiting, w.since,
		recard.stock_left(of_line, w.product),
		CASE WHEN w.waiting >= l.batch_min THEN 'volume'
			WHEN w.since <= at - l.batch_wait THEN 'age'
			WHEN w.since <= recard.last_cutoff(l.cut_at, at)
				THEN 'cutoff' END,
		w.unprintable
	FROM recard.card_line l, LATERAL (SELECT o.product,
			count(*) FILTER (WHERE NOT l.line
				= ANY (j.unprintable_on)) AS waiting,
			min(j.queued_at) FILTER (WHERE NOT l.line
				= ANY (j.unprintable_on)) AS since,
			count(*) FILTER (WHERE l.line
				= ANY (j.unprintable_on)) AS unprintable
		FROM recard.card_job j JOIN recard.orders o USING (order_no)
		WHERE j.state = 'queued' AND NOT o.held AND (l.products = '{}'
			OR o.product = ANY (l.products))
		GROUP BY o.product) AS w
	WHERE l.line = of_line
$$;
