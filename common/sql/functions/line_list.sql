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
	WITH at_line AS (SELECT b.line, b.product,
			count(DISTINCT b.batch_no) AS batches, count(*) AS cards
		FROM recard.card_at_line c
		JOIN recard.card_batch b USING (batch_no)
		WHERE b.state IN ('published', 'accepted')
		GROUP BY b.line, b.product)
	SELECT l.line, l.series, l.last_number,
		coalesce(nullif(array_to_string(l.products, ' '), ''), 'all'),
		p.product, coalesce(w.waiting, 0), w.since,
		recard.stock_left(l.line, p.product), coalesce(w.unprintable, 0),
		coalesce(o.batches, 0), coalesce(o.cards, 0), l.stop_reason
	FROM recard.card_line l JOIN recard.product p
		ON l.products = '{}' OR p.product = ANY (l.products)
	LEFT JOIN LATERAL recard.line_waiting(l.line, at) AS w
		ON w.product = p.product
	LEFT JOIN at_line AS o ON (o.line, o.product) = (l.line, p.product)
	ORDER BY l.series, p.product
$$;
