-- Orders whose user code was entered wrong, by order number: found by a small
-- index of them.
-- Parameters: only those that are locked; at most how many; the order to go on
-- after, NULL: the first.
CREATE OR REPLACE FUNCTION activation_list(locked_only boolean,
	at_most integer, after_order bigint)
RETURNS TABLE (order_no text, status text, tries integer, locked boolean,
	locked_at timestamptz, last_try_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT recard.order_text(a.order_no), o.status::text, a.tries,
		a.locked_at IS NOT NULL, a.locked_at, (SELECT t.begun_at
			FROM recard.activation_attempt t
			WHERE t.order_no = a.order_no
			ORDER BY t.try_no DESC LIMIT 1)
	FROM recard.activation a JOIN recard.orders o USING (order_no)
	WHERE a.tries > 0 AND a.order_no > coalesce(after_order, -1)
		AND (a.locked_at IS NOT NULL OR NOT locked_only)
	ORDER BY a.order_no LIMIT at_most
$$;
