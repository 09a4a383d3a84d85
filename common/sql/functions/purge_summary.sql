-- Unpaid orders past their deadline, counted by product and by what they wait
-- for, with examples of each: those of the earliest deadline.
-- Parameters: how many examples of each; the moment.
-- Returns: a row an example: what purge_waiting() says of it, and how many
-- orders of its product wait for the same.
CREATE OR REPLACE FUNCTION purge_summary(examples integer,
	at timestamptz DEFAULT now())
RETURNS TABLE (obstacle text, product text, orders bigint, order_no bigint,
	applied_at timestamptz, pay_by timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT w.obstacle, w.product, w.orders, w.order_no, w.applied_at, w.pay_by
	FROM (SELECT *, count(*) OVER (PARTITION BY obstacle, product) AS orders,
			row_number() OVER (PARTITION BY obstacle, product
				ORDER BY pay_by, order_no) AS place
		FROM recard.purge_waiting(at)) AS w
	WHERE w.place <= examples
	ORDER BY w.obstacle NULLS FIRST, w.product, w.place
$$;
