-- Everything about one payment, as pairs of name and value in an order that
-- reads well: what it says, who told it, what became of it, and what was done
-- about it by hand. Never the raw notice.
CREATE OR REPLACE FUNCTION payment_show(of_payment bigint)
RETURNS TABLE (section text, name text, value text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT 'payment', v.name, v.value FROM recard.payment_match m
	JOIN recard.payment p USING (payment_id)
	LEFT JOIN recard.payment_unconfirmed u USING (payment_id),
	LATERAL (VALUES ('payment', p.payment_id::text),
		('channel', p.channel), ('reference', p.reference),
		('kind', p.kind), ('order_ref', p.order_ref),
		('amount', p.currency || ' ' || p.amount),
		('paid_at', recard.taipei_time(p.paid_at)),
		('booked_at', recard.taipei_time(p.booked_at)),
		('match', m.match), ('fault', p.fault),
		('unconfirmed_since', recard.taipei_time(u.since)))
		AS v (name, value)
	WHERE p.payment_id = of_payment AND (v.value IS NOT NULL
		OR v.name NOT IN ('fault', 'unconfirmed_since'))
	UNION ALL
	(SELECT CASE WHEN t.first THEN 'told by ' ELSE 'confirmed by ' END
		|| t.source, v.name, v.value
	FROM (SELECT true AS first, source, import_id, line, notice_no,
			booked_at AS at FROM recard.payment
			WHERE payment_id = of_payment
		UNION ALL SELECT false, source, import_id, line, notice_no,
			confirmed_at FROM recard.payment_confirmation
			WHERE payment_id = of_payment) AS t
	LEFT JOIN recard.import i USING (import_id)
	LEFT JOIN recard.settlement_file f USING (import_id)
	LEFT JOIN recard.payment_notice n USING (notice_no),
	LATERAL (VALUES (1, 'file', i.name), (2, 'file_line', t.line::text),
		(3, 'sequence', f.sequence::text),
		(4, 'business_date', f.business_date::text),
		(5, 'notice', t.notice_no::text), (6, 'verdict', n.verdict),
		(7, 'received_at', recard.taipei_time(n.received_at)),
		(8, 'repeats', n.repeats::text),
		(9, 'booked_at', recard.taipei_time(t.at)))
		AS v (place, name, value)
	WHERE v.value IS NOT NULL
	ORDER BY t.first DESC, t.at, t.source, v.place)
	UNION ALL
	SELECT 'settles', v.name, v.value FROM recard.settled_payment t
	JOIN recard.orders o USING (order_no)
	JOIN recard.order_state s USING (status),
	LATERAL (VALUES ('order', recard.order_text(o.order_no)),
		('status', o.status || ' ' || s.display),
		('settled_at', recard.taipei_time(t.settled_at)))
		AS v (name, value)
	WHERE t.payment_id = of_payment
	UNION ALL
	SELECT 'exception', v.name, v.value
	FROM recard.payment_exception e
	JOIN recard.payment_reason() AS r USING (reason)
	LEFT JOIN recard.orders o USING (order_no)
	LEFT JOIN recard.order_state s USING (status),
	LATERAL (VALUES ('reason', e.reason || ': ' || r.meaning),
		('state', e.state),
		('order', recard.order_text(o.order_no) || ', ' || o.status
			|| ' ' || s.display),
		('suggested', CASE e.state WHEN 'open' THEN r.suggestion
			WHEN 'refund_due' THEN 'refund' END),
		('opened_at', recard.taipei_time(e.opened_at)),
		('closed_at', recard.taipei_time(e.closed_at)),
		('closed_by', e.closed_by),
		('refund_reference', e.refund_reference), ('note', e.note))
		AS v (name, value)
	WHERE e.payment_id = of_payment AND v.value IS NOT NULL
	UNION ALL
	SELECT 'same reference', 'payment ' || d.payment_id,
		concat_ws(' ', d.kind, d.currency, d.amount, d.order_ref)
	FROM recard.payment p JOIN recard.payment d USING (channel, reference)
	WHERE p.payment_id = of_payment AND d.payment_id <> of_payment
	UNION ALL
	(SELECT 'acts', recard.taipei_time(a.at),
		a.actor || ': ' || a.act || ': ' || a.reason
	FROM recard.operator_act a WHERE a.subject = 'payment ' || of_payment
	ORDER BY a.act_id)
$$;
