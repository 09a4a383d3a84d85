-- The belt at a glance. Cheap, however many orders there are: see stage_sums().
-- Returns: one row a status, in order of the belt: how many orders, how many
-- of them held, and for how long the oldest has stood there (NULL at an end).
CREATE OR REPLACE FUNCTION belt(at timestamptz DEFAULT now())
RETURNS TABLE (status text, display text, orders bigint, held bigint,
	oldest_since timestamptz, oldest_age interval)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT s.status, s.display, s.orders, s.held, s.oldest_at,
		date_trunc('second', at - s.oldest_at)
	FROM recard.stage_sums() AS s ORDER BY s.place
$$;
