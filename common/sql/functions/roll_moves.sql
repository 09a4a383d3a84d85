-- Adds the tally of moves up, by day. Any number of callers work side by side.
-- Returns: how many rows of the tally are gone.
CREATE OR REPLACE FUNCTION roll_moves(at_most integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	WITH taken AS (DELETE FROM recard.move_tally WHERE ctid = ANY (ARRAY(
			SELECT t.ctid FROM recard.move_tally t LIMIT at_most
			FOR UPDATE SKIP LOCKED))
		RETURNING recard.taipei_date(at) AS day, from_status, to_status,
			orders
	), added AS (INSERT INTO recard.move_count AS c (day, from_status,
			to_status, orders)
		SELECT day, from_status, to_status, sum(orders) FROM taken
		GROUP BY day, from_status, to_status
		ORDER BY day, from_status, to_status
		ON CONFLICT (day, from_status, to_status) DO UPDATE
			SET orders = c.orders + excluded.orders
	)
	SELECT count(*) FROM taken
$$;
