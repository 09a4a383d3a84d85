-- For how long orders have stood where they are: one row a status that is no
-- end, in order of the belt, counted by age. Reads the index of open orders
-- alone, so that those at an end cost nothing.
CREATE OR REPLACE FUNCTION shape(at timestamptz DEFAULT now())
RETURNS TABLE (status text, display text, under_1h bigint, under_1d bigint,
	under_2d bigint, under_4d bigint, under_8d bigint, under_16d bigint,
	older bigint, orders bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	WITH open AS (
		SELECT o.status, width_bucket(
				extract(epoch FROM at - o.moved_at)::float8,
				'{3600,86400,172800,345600,691200,1382400}'::float8[])
				AS age, count(*) AS orders
		FROM orders o
		-- The condition of the index, word for word.
		WHERE o.status NOT IN ('activated', 'purged', 'cancelled',
			'closed')
		GROUP BY 1, 2)
	SELECT s.status::text, s.display,
		coalesce(sum(p.orders) FILTER (WHERE p.age = 0), 0)::bigint,
		coalesce(sum(p.orders) FILTER (WHERE p.age = 1), 0)::bigint,
		coalesce(sum(p.orders) FILTER (WHERE p.age = 2), 0)::bigint,
		coalesce(sum(p.orders) FILTER (WHERE p.age = 3), 0)::bigint,
		coalesce(sum(p.orders) FILTER (WHERE p.age = 4), 0)::bigint,
		coalesce(sum(p.orders) FILTER (WHERE p.age = 5), 0)::bigint,
		coalesce(sum(p.orders) FILTER (WHERE p.age = 6), 0)::bigint,
		coalesce(sum(p.orders), 0)::bigint
	FROM order_state s LEFT JOIN open p USING (status)
	WHERE NOT s.ends GROUP BY s.status, s.display ORDER BY s.status
$$;
