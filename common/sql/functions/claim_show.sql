-- A claim on one page: what was said, and the evidence: the order's history,
-- its letters with the file and line that told of each number and event.
CREATE OR REPLACE FUNCTION claim_show(of_claim bigint)
RETURNS TABLE (section text, name text, value text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT 'claim', v.name, v.value
	FROM recard.claim c JOIN recard.orders o USING (order_no)
	JOIN recard.order_state s USING (status),
	LATERAL (VALUES ('claim', c.claim_id::text),
		('order_no', recard.order_text(c.order_no)),
		('status', o.status || ' ' || s.display),
		('reason', c.reason), ('opened_by', c.opened_by),
		('opened_at', recard.taipei_time(c.opened_at)),
		('closed_at', recard.taipei_time(c.closed_at)),
		('closed_by', c.closed_by), ('outcome', c.outcome))
		AS v (name, value)
	WHERE c.claim_id = of_claim AND v.value IS NOT NULL
	UNION ALL
	(SELECT 'note ' || n.note_no, v.name, v.value
	FROM recard.claim_note n,
	LATERAL (VALUES ('at', recard.taipei_time(n.at)), ('by', n.author),
		('text', n.text)) AS v (name, value)
	WHERE n.claim_id = of_claim ORDER BY n.note_no)
	UNION ALL
	(SELECT 'history', recard.taipei_time(h.at), h.event || ' -> '
		|| h.to_status || ' by ' || h.actor
	FROM recard.claim c JOIN recard.order_history h USING (order_no)
	WHERE c.claim_id = of_claim ORDER BY h.move_no)
	UNION ALL
	(SELECT 'letter ' || i.tracking_no, v.name, v.value
	FROM recard.claim c JOIN recard.mail_item i USING (order_no)
	JOIN recard.label l USING (label_no)
	JOIN recard.import m ON m.import_id = i.import_id
	LEFT JOIN recard.import a ON a.import_id = m.archive_id
	LEFT JOIN recard.posting_line p ON p.label_no = i.label_no,
	LATERAL (VALUES (1, 'posted_on', i.posted_on::text),
		(2, 'promised_on', i.promised_on::text),
		(3, 'label_copy', l.copy_no || ' ' || l.state),
		(4, 'label_run', l.run_no), (5, 'posting_list', p.list_no
			|| ' line ' || p.line),
		(6, 'told_by', m.name || ' line ' || i.line),
		(7, 'file_sha256', m.digest),
		(8, 'archive_sha256', a.digest)) AS v (nth, name, value)
	WHERE c.claim_id = of_claim AND v.value IS NOT NULL
	ORDER BY i.mail_item_id, v.nth)
	UNION ALL
	(SELECT 'event ' || i.tracking_no, recard.taipei_time(e.at),
		concat_ws(' ', e.code, recard.mail_event_meaning(e.code),
			e.office, e.reason, '(' || m.name || ' line ' || e.line
			|| ')')
	FROM recard.claim c JOIN recard.mail_item i USING (order_no)
	JOIN recard.mail_event e USING (mail_item_id)
	LEFT JOIN recard.import m ON m.import_id = e.import_id
	WHERE c.claim_id = of_claim ORDER BY e.at, e.code)
$$;
