-- Everything about the labels of an order, as pairs of name and value: each
-- copy, where it was printed, why it is void; what was checked when it was
-- packed; what was done by hand. No personal data.
CREATE OR REPLACE FUNCTION label_show(of_order bigint)
RETURNS TABLE (section text, name text, value text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT 'copies', 'copy ' || l.copy_no, concat_ws(', ', l.state,
		'not to be printed: ' || l.blocked,
		(SELECT concat_ws(' ', l.run_no, 'sheet ' || s.sheet,
				'cell ' || s.cell)
			FROM recard.run_labels(l.run_no) s
			WHERE s.label_no = l.label_no),
		'printed ' || recard.taipei_time(l.printed_at),
		'void ' || recard.taipei_time(l.voided_at) || ' (' || l.voided_by
			|| ': ' || l.void_reason || ')',
		'on list ' || p.list_no || ' line ' || p.line,
		'mail number ' || coalesce(m.tracking_no, l.mail_no))
	FROM recard.label l LEFT JOIN recard.posting_line p USING (label_no)
	LEFT JOIN recard.mail_item m USING (order_no, label_no)
	WHERE l.order_no = of_order
	UNION ALL
	(SELECT 'packing', recard.taipei_time(k.at), concat_ws(', ', k.outcome,
		k.actor, 'copy ' || l.copy_no, 'attempt ' || j.attempt)
	FROM recard.packing k LEFT JOIN recard.label l USING (label_no)
	LEFT JOIN recard.card_job j USING (job_no)
	WHERE k.order_no = of_order ORDER BY k.packing_id)
	UNION ALL
	(SELECT 'acts', recard.taipei_time(a.at),
		a.actor || ': ' || a.act || ': ' || a.reason
	FROM recard.operator_act a
	WHERE a.act IN ('reprint', 'void label')
		AND a.subject = recard.order_text(of_order)
	ORDER BY a.act_id)
$$;
