-- The belt at a glance.
-- Returns: one row a status, in order of the belt: how many orders, how many
-- of them held, and for how long the oldest has stood there (NULL at an end).
CREATE OR REPLACE FUNCTION belt(at timestamptz DEFAULT now())
RETURNS TABLE (status text, display text, orders bigint, held bigint,
	oldest_since timestamptz, oldest_age interval)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT s.status::text, s.display, count(o.order_no),
		count(o.order_no) FILTER (WHERE o.held),
		CASE WHEN NOT s.ends THEN min(o.moved_at) END,
		CASE WHEN NOT s.ends
			THEN date_trunc('second', at - min(o.moved_at)) END
	FROM recard.order_state s LEFT JOIN recard.orders o USING (status)
	GROUP BY s.status, s.display, s.ends ORDER BY s.status
$$;
