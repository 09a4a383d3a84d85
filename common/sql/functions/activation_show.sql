-- How the activation of an order's card stands: the code's tries since it was
-- last unlocked or reset, each try, and what was done by hand. Nothing of the
-- code.
CREATE OR REPLACE FUNCTION activation_show(of_order bigint)
RETURNS TABLE (section text, name text, value text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT 'activation', v.name, v.value
	FROM recard.activation a JOIN recard.orders o USING (order_no),
	LATERAL (VALUES ('user_code', CASE
			WHEN a.activated_at IS NOT NULL THEN 'activated'
			WHEN a.locked_at IS NOT NULL THEN 'locked'
			WHEN recard.activation_open(of_order) THEN 'open'
			ELSE 'closed' END),
		('locked_at', recard.taipei_time(a.locked_at)),
		('tries_left', (4 - a.tries)::text),
		('activated_at', recard.taipei_time(a.activated_at)),
		('reset_at', recard.taipei_time(a.reset_at))) AS v (name, value)
	WHERE a.order_no = of_order AND v.value IS NOT NULL
	UNION ALL
	(SELECT 'try ' || t.try_no, recard.taipei_time(t.begun_at), CASE
		WHEN t.right_code THEN 'right' WHEN t.ended_at IS NOT NULL
			THEN 'wrong' ELSE 'never judged' END
	FROM recard.activation_attempt t WHERE t.order_no = of_order
	ORDER BY t.try_no)
	UNION ALL
	(SELECT 'by hand', recard.taipei_time(a.at), a.act || ' by ' || a.actor
		|| ': ' || a.reason
	FROM recard.operator_act a
	WHERE a.subject = recard.order_text(of_order)
		AND a.act IN ('unlock', 'code_reset') ORDER BY a.act_id)
$$;
