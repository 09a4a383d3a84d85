-- What came to each status and went from it since a moment, what stands there
-- and for how long the first; then what waits on the worklists. Of the history
-- it reads only what was recorded since.
-- Returns: a row a status that is no end, then row "exceptions"; the moment it
-- looked, for the next look.
CREATE OR REPLACE FUNCTION flow(since timestamptz,
	at timestamptz DEFAULT clock_timestamp())
RETURNS TABLE (status text, arrived bigint, left_it bigint, orders bigint,
	oldest_age interval, looked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	WITH moved AS (
		SELECT h.from_status, h.to_status, count(*) AS orders
		FROM order_history h
		WHERE h.recorded_at > since AND h.recorded_at <= flow.at
		GROUP BY 1, 2
	), waiting AS (
		SELECT count(*) FILTER (WHERE w.opened_at > since) AS arrived,
			count(*) AS orders, min(w.opened_at) AS oldest
		FROM (SELECT opened_at FROM exception WHERE closed_at IS NULL
			UNION ALL SELECT opened_at FROM payment_exception
			WHERE closed_at IS NULL) AS w)
	(SELECT s.status::text,
		coalesce((SELECT sum(m.orders) FROM moved m
			WHERE m.to_status = s.status), 0)::bigint,
		coalesce((SELECT sum(m.orders) FROM moved m
			WHERE m.from_status = s.status), 0)::bigint,
		n.orders, CASE WHEN n.oldest_at IS NOT NULL
			THEN greatest(at - n.oldest_at, '0') END, at
	FROM order_state s JOIN stage_sums() AS n ON n.status = s.status::text
	WHERE NOT s.ends ORDER BY s.status)
	UNION ALL
	SELECT 'exceptions', w.arrived, NULL, w.orders,
		CASE WHEN w.orders > 0 THEN greatest(at - w.oldest, '0') END, at
	FROM waiting w
$$;
