-- The moves of one order.
CREATE OR REPLACE FUNCTION history(of_order bigint)
RETURNS TABLE (move_no integer, at timestamptz, event text,
	from_status text, to_status text, actor text, detail text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT h.move_no, h.at, h.event, h.from_status::text,
		h.to_status::text, h.actor,
		(SELECT string_agg(d.key || '=' || d.value, ' ' ORDER BY d.key)
			FROM jsonb_each_text(h.detail) AS d)
	FROM recard.order_history h WHERE h.order_no = of_order
	ORDER BY h.move_no
$$;
