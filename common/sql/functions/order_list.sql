-- Orders, oldest first. No personal data.
-- Parameters, each NULL for any: status; at most how many; the order to go on
-- after; product; whether only held ones; for how long they have stood where
-- they are, which is no end; first and last day of application (Taipei); the
-- moment.
CREATE OR REPLACE FUNCTION order_list(of_status text DEFAULT NULL,
	at_most integer DEFAULT 100, after_order bigint DEFAULT 0,
	of_product text DEFAULT NULL, only_held boolean DEFAULT false,
	standing interval DEFAULT NULL, first_day date DEFAULT NULL,
	last_day date DEFAULT NULL, at timestamptz DEFAULT now())
RETURNS TABLE (order_no text, product text, status text, held boolean,
	amount integer, applied_at timestamptz, pay_by timestamptz,
	moved_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
-- What is not asked for must not be in the plan.
SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
	wanted order_status := of_status;
	-- An order number begins with the day of application.
	low bigint := greatest(coalesce(after_order, 0) + 1,
		first_order_of(first_day));
	high bigint := coalesce(first_order_of(last_day) + 99999999,
		99999999999999);
	-- Found by index, however many orders there are: what is held, what is
	-- on the way, what was given up. NULL: any.
	candidates bigint[];
BEGIN
	IF only_held THEN
		candidates := ARRAY(SELECT h.order_no FROM hold h
			WHERE h.released_at IS NULL);
	ELSIF standing IS NOT NULL OR (SELECT NOT s.ends FROM order_state s
			WHERE s.status = wanted) THEN
		-- Fenced off: not by number through all that came to an end.
		candidates := ARRAY(SELECT f.order_no FROM (
			SELECT o.order_no FROM orders o
			WHERE o.status NOT IN ('activated', 'purged',
					'cancelled', 'closed')
				AND (wanted IS NULL OR o.status = wanted)
				AND (standing IS NULL
					OR o.moved_at <= order_list.at - standing)
				AND (of_product IS NULL
					OR o.product = of_product)
				AND o.order_no BETWEEN low AND high
			OFFSET 0) AS f ORDER BY f.order_no LIMIT at_most);
	ELSIF wanted IN ('cancelled', 'closed') THEN
		candidates := ARRAY(SELECT o.order_no FROM orders o
			WHERE o.status IN ('cancelled', 'closed')
				AND o.status = wanted
				AND o.order_no BETWEEN low AND high);
	END IF;
	RETURN QUERY SELECT order_text(o.order_no), o.product, o.status::text,
		o.held, o.amount, o.applied_at, o.pay_by, o.moved_at
	FROM orders o
	WHERE (candidates IS NULL OR o.order_no = ANY (candidates))
		AND (wanted IS NULL OR o.status = wanted)
		AND o.order_no BETWEEN low AND high
		AND (of_product IS NULL OR o.product = of_product)
		AND (standing IS NULL OR o.moved_at <= order_list.at - standing)
	ORDER BY o.order_no LIMIT at_most;
END
$$;
