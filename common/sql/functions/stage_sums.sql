-- How many orders stand in each status, and since when the oldest. Cheap,
-- however many orders have ended: those are counted by the moves that ended
-- them, the others by the index of open ones.
CREATE OR REPLACE FUNCTION stage_sums()
RETURNS TABLE (place bigint, status text, display text, orders bigint,
	held bigint, oldest_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	WITH standing AS (SELECT o.status::text, count(*) AS orders,
			min(o.moved_at) AS oldest_at
		FROM recard.orders o
		WHERE o.status NOT IN ('activated', 'purged', 'cancelled',
			'closed')
		GROUP BY o.status
	), ended AS (SELECT m.to_status AS status, sum(m.orders) AS orders
		FROM recard.moves_counted m JOIN recard.order_state s
			ON s.status::text = m.to_status AND s.ends
		GROUP BY m.to_status
	), held AS (SELECT o.status::text, count(*) AS orders
		FROM recard.hold h JOIN recard.orders o USING (order_no)
		WHERE h.released_at IS NULL AND o.held GROUP BY o.status
	)
	SELECT row_number() OVER (ORDER BY s.status), s.status::text, s.display,
		coalesce(n.orders, e.orders, 0)::bigint, coalesce(h.orders, 0),
		n.oldest_at
	FROM recard.order_state s
	LEFT JOIN standing n ON n.status = s.status::text
	LEFT JOIN ended e ON e.status = s.status::text
	LEFT JOIN held h ON h.status = s.status::text
$$;
