-- The card lines: what waits for each, by product, with the blank cards left,
-- and what is out.
CREATE OR REPLACE FUNCTION line_list(at timestamptz DEFAULT now())
RETURNS TABLE (line text, series integer, last_number integer,
	products text, product text, waiting bigint, since timestamptz,
	stock bigint, unprintable bigint, out_batches bigint,
	out_cards bigint, stopped text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT l.line, l.series, l.last_number,
		coalesce(nullif(array_to_string(l.products, ' '), ''), 'all'),
		p.product, coalesce(w.waiting, 0), w.since,
		recard.stock_left(l.line, p.product), coalesce(w.unprintable, 0),
		o.batches, o.cards, l.stop_reason
	FROM recard.card_line l JOIN recard.product p
		ON l.products = '{}' OR p.product = ANY (l.products)
	LEFT JOIN LATERAL recard.line_waiting(l.line, at) AS w
		ON w.product = p.product
	LEFT JOIN LATERAL (SELECT count(*) AS batches,
			coalesce(sum(s.open + s.on_hold), 0)::bigint AS cards
		FROM recard.batch_sums s WHERE s.line = l.line
			AND s.product = p.product
			AND s.state IN ('published', 'accepted')
			AND s.open + s.on_hold > 0) AS o ON true
	ORDER BY l.series, p.product
$$;
