-- How many orders stand in each status, and since when the oldest. Cheap,
-- however many orders there are: they are counted by the moves that brought
-- them and took them away, and the oldest of those that have not ended is the
-- first of an index.
CREATE OR REPLACE FUNCTION stage_sums()
RETURNS TABLE (place bigint, status text, display text, orders bigint,
	held bigint, oldest_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	WITH moved AS (SELECT m.from_status, m.to_status, sum(m.orders) AS orders
		FROM recard.moves_counted m GROUP BY m.from_status, m.to_status
	), standing AS (SELECT d.status, sum(d.orders)::bigint AS orders
		FROM (SELECT to_status AS status, orders FROM moved
			UNION ALL SELECT from_status, -orders FROM moved) AS d
		GROUP BY d.status
	), held AS (SELECT o.status, count(*) AS orders
		FROM recard.hold h JOIN recard.orders o USING (order_no)
		WHERE h.released_at IS NULL AND o.held GROUP BY o.status
	)
	SELECT row_number() OVER (ORDER BY s.status), s.status::text, s.display,
		coalesce(n.orders, 0), coalesce(h.orders, 0), first.moved_at
	FROM recard.order_state s
	LEFT JOIN standing n ON n.status = s.status::text
	LEFT JOIN held h ON h.status = s.status
	LEFT JOIN LATERAL (SELECT o.moved_at FROM recard.orders o
		WHERE o.status = s.status AND o.status NOT IN ('activated',
			'purged', 'cancelled', 'closed')
		ORDER BY o.moved_at LIMIT 1) AS first ON true
$$;
