-- Where the tally of moves and the orders disagree: a row a status. Somebody
-- has written past advance() then.
-- Parameter: whether orders at an end are counted too, which takes as long as
-- there are orders; those on the belt are counted in their index.
CREATE OR REPLACE FUNCTION tally_breaches(ends_too boolean)
RETURNS TABLE (status text, tallied bigint, orders bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	WITH standing AS (
		SELECT o.status, count(*) AS orders FROM recard.orders o
		-- The condition of the index, word for word.
		WHERE o.status NOT IN ('activated', 'purged', 'cancelled',
			'closed')
		GROUP BY o.status
		UNION ALL
		SELECT o.status, count(*) FROM recard.orders o
		WHERE ends_too AND o.status IN ('activated', 'purged',
			'cancelled', 'closed')
		GROUP BY o.status
	)
	SELECT t.status, t.orders, coalesce(n.orders, 0)
	FROM recard.stage_sums() AS t
	JOIN recard.order_state s ON s.status::text = t.status
	LEFT JOIN standing n ON n.status = s.status
	WHERE (ends_too OR NOT s.ends) AND t.orders <> coalesce(n.orders, 0)
	ORDER BY t.place
$$;
