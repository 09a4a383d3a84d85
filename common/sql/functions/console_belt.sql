-- The belt for people: what stands where, for how long, and what moved today.
-- Returns: a row a status, in order of the belt. over: the oldest order has
-- stood there for longer than stage_target allows.
CREATE OR REPLACE FUNCTION console_belt(at timestamptz DEFAULT now())
RETURNS TABLE (status text, display text, orders bigint, held bigint,
	oldest_at timestamptz, age interval, target interval, over boolean,
	in_today bigint, out_today bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	WITH today AS (SELECT from_status, to_status, orders
		FROM recard.moves_counted
		WHERE day = recard.taipei_date(console_belt.at))
	SELECT s.status, s.display, s.orders, s.held, s.oldest_at,
		date_trunc('second', at - s.oldest_at), t.target,
		coalesce(at - s.oldest_at > t.target, false),
		(SELECT coalesce(sum(d.orders), 0)::bigint FROM today d
			WHERE d.to_status = s.status),
		(SELECT coalesce(sum(d.orders), 0)::bigint FROM today d
			WHERE d.from_status = s.status)
	FROM recard.stage_sums() AS s
	LEFT JOIN recard.stage_target t ON t.status::text = s.status
	ORDER BY s.place
$$;
