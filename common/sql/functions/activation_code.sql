-- The slow hash against which a try is checked, under the lock that the
-- verdict takes too; NULL when the order cannot be activated or is locked.
CREATE OR REPLACE FUNCTION activation_code(of_order bigint) RETURNS text
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT a.user_code_hash FROM recard.activation a
	JOIN recard.orders o USING (order_no)
	WHERE a.order_no = of_order AND a.locked_at IS NULL
		AND a.activated_at IS NULL AND o.status IN ('mailed', 'delivered')
	FOR UPDATE OF a
$$;
