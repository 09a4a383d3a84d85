-- What happened to one order, as pairs of name and value behind order_show():
-- its moves, what the post told of its letters, claims' notes, and what was
-- done by hand. Nothing personal.
CREATE OR REPLACE FUNCTION order_trail(of_order bigint)
RETURNS TABLE (section text, name text, value text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	(SELECT 'history', recard.taipei_time(h.at), concat(h.event, ' -> ',
		h.to_status, ' by ', h.actor)
	FROM recard.order_history h WHERE h.order_no = of_order
	ORDER BY h.move_no)
	UNION ALL
	(SELECT 'event ' || m.tracking_no, recard.taipei_time(e.at),
		concat_ws(' ', e.code, recard.mail_event_meaning(e.code),
			e.office, e.reason)
	FROM recard.mail_item m JOIN recard.mail_event e USING (mail_item_id)
	WHERE m.order_no = of_order ORDER BY e.at, e.code)
	UNION ALL
	(SELECT 'claim ' || c.claim_id, recard.taipei_time(n.at),
		n.text || ' (' || n.author || ')'
	FROM recard.claim c JOIN recard.claim_note n USING (claim_id)
	WHERE c.order_no = of_order ORDER BY c.claim_id, n.note_no)
	UNION ALL
	(SELECT 'by hand', recard.taipei_time(a.at), a.act || ' by ' || a.actor
		|| ': ' || a.reason
	FROM recard.operator_act a
	WHERE a.subject = recard.order_text(of_order) ORDER BY a.act_id)
$$;
