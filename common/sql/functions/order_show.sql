-- Everything about one order, personal data masked, as pairs of name and
-- value in an order that reads well.
CREATE OR REPLACE FUNCTION order_show(of_order bigint)
RETURNS TABLE (section text, name text, value text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT 'order', v.name, v.value
	FROM recard.orders o JOIN recard.order_state s USING (status),
	LATERAL (VALUES ('order_no', recard.order_text(o.order_no)),
		('product', o.product),
		('status', o.status || ' ' || s.display),
		('held', CASE WHEN o.held THEN 'yes' ELSE 'no' END),
		('amount', 'TWD ' || o.amount),
		('applied_at', recard.taipei_time(o.applied_at)),
		('pay_by', recard.taipei_time(o.pay_by)),
		('moved_at', recard.taipei_time(o.moved_at))) AS v (name, value)
	WHERE o.order_no = of_order
	UNION ALL
	SELECT 'hold', v.name, v.value FROM recard.hold h
	JOIN recard.orders o USING (order_no)
	JOIN recard.order_state s USING (status),
	LATERAL (VALUES ('reason', h.reason), ('by', h.placed_by),
		('since', recard.taipei_time(h.placed_at)),
		('ended_by', CASE WHEN h.by_two
			THEN 'order retry, which two people decide'
			ELSE 'order release' END)) AS v (name, value)
	WHERE h.order_no = of_order AND h.released_at IS NULL AND NOT s.ends
	UNION ALL
	SELECT 'applicant', v.name, v.value FROM recard.applicant a,
	LATERAL (VALUES ('name', recard.mask(a.name)),
		('postal_code', left(a.postal_code, 3)),
		('address', left(a.address, 3) || '…'),
		('card_no', recard.mask_card(a.card_no))) AS v (name, value)
	WHERE a.order_no = of_order
	UNION ALL
	SELECT 'payment', v.name, v.value FROM (SELECT
		(SELECT payment_id FROM recard.settled_payment
			WHERE order_no = of_order) AS payment_id,
		-- A notice keeps its body until its order is purged; those
		-- without one have no index by order.
		(SELECT count(*) FROM recard.payment_notice
			WHERE order_no = of_order AND body IS NOT NULL)
			AS notices) AS t
	LEFT JOIN recard.payment p USING (payment_id),
	LATERAL (VALUES ('payment', p.payment_id::text),
		('channel', p.channel), ('reference', p.reference),
		('paid_at', recard.taipei_time(p.paid_at)),
		('notices', nullif(t.notices, 0)::text)) AS v (name, value)
	WHERE v.value IS NOT NULL
		OR p.payment_id IS NOT NULL AND v.name = 'paid_at'
	UNION ALL
	SELECT 'payment exception ' || p.payment_id, v.name, v.value
	FROM recard.payment_exception e JOIN recard.payment p USING (payment_id),
	LATERAL (VALUES ('channel', p.channel), ('reference', p.reference),
		('kind', p.kind), ('amount', p.currency || ' ' || p.amount),
		('reason', e.reason), ('state', e.state)) AS v (name, value)
	WHERE e.order_no = of_order
	UNION ALL
	SELECT 'card job ' || j.attempt, v.name, v.value
	FROM recard.card_job j
	LEFT JOIN recard.card_batch_line l USING (job_no)
	LEFT JOIN recard.card_batch b USING (batch_no),
	LATERAL (VALUES ('job_no', j.job_no::text), ('state', j.state::text),
		('reason', j.reason), ('batch', l.batch_no), ('batch_state', b.state), ('made_at',
			recard.taipei_time(j.made_at)),
		('on_hold_since', recard.taipei_time(j.on_hold_since)),
		('error_code', nullif(j.error_code, '')),
		('unprintable_on', nullif(array_to_string(j.unprintable_on,
			' '), '')),
		('address_digest', encode(j.address_digest, 'hex')))
		AS v (name, value)
	WHERE j.order_no = of_order AND (v.value IS NOT NULL
		OR v.name IN ('batch', 'made_at'))
	UNION ALL
	SELECT 'exception ' || e.exception_id, v.name, v.value
	FROM recard.exception e,
	LATERAL (VALUES ('kind', e.kind), ('subject', e.subject),
		('reason', e.reason),
		('opened_at', recard.taipei_time(e.opened_at)),
		('suggested', coalesce(recard.exception_way_out(e.kind,
			e.reason), 'look into it, then close')))
		AS v (name, value)
	WHERE e.order_no = of_order AND e.closed_at IS NULL
	UNION ALL
	SELECT 'request ' || d.decision_no, v.name, v.value
	FROM recard.decision d,
	LATERAL (VALUES ('act', d.act), ('by', d.requested_by),
		('at', recard.taipei_time(d.requested_at)),
		('reason', d.reason)) AS v (name, value)
	WHERE d.act IN ('retry_card', 'correct_address')
		AND d.decided_at IS NULL
		AND d.subject = recard.order_text(of_order)
	UNION ALL
	SELECT 'address ' || c.version, v.name, v.value
	FROM recard.address_correction c
	JOIN recard.decision d USING (decision_no),
	LATERAL (VALUES ('postal_code', left(c.postal_code, 3)),
		('address', left(c.address, 3) || '…'),
		('asked_by', d.requested_by), ('approved_by', d.decided_by),
		('state', coalesce(c.outcome, CASE d.outcome
			WHEN 'approved' THEN 'waits for recard-manufacture'
			ELSE 'waits for request ' || d.decision_no END)),
		('since', recard.taipei_time(coalesce(c.ended_at, d.decided_at,
			d.requested_at)))) AS v (name, value)
	WHERE c.order_no = of_order AND v.value IS NOT NULL
	UNION ALL
	SELECT 'label ' || l.copy_no, v.name, v.value FROM recard.label l,
	LATERAL (VALUES ('state', l.state::text), ('run', l.run_no),
		('place', l.place::text), ('blocked', l.blocked),
		('voided_at', recard.taipei_time(l.voided_at)),
		('void_reason', l.void_reason)) AS v (name, value)
	WHERE l.order_no = of_order AND (v.value IS NOT NULL
		OR v.name IN ('run', 'place', 'blocked'))
	UNION ALL
	SELECT 'post', v.name, v.value FROM recard.mail_item m
	LEFT JOIN LATERAL (SELECT concat_ws(' ', e.code,
			recard.mail_event_meaning(e.code), e.reason,
			recard.taipei_time(e.at)) AS words
		FROM recard.mail_event e
		WHERE e.mail_item_id = m.mail_item_id
		ORDER BY e.at DESC, e.code DESC LIMIT 1) AS last ON true,
	LATERAL (VALUES ('tracking_no', m.tracking_no),
		('posted_on', m.posted_on::text),
		('promised_on', m.promised_on::text),
		('last_event', last.words)) AS v (name, value)
	WHERE m.order_no = of_order AND v.value IS NOT NULL
	UNION ALL
	SELECT s.section, s.name, s.value
	FROM recard.orders o, recard.activation_show(of_order) AS s
	WHERE o.order_no = of_order AND s.section = 'activation'
		AND o.status IN ('mailed', 'delivered', 'returned', 'activated')
	UNION ALL
	SELECT 'mail ' || n.notice_id, v.name, v.value FROM recard.notice n,
	LATERAL (VALUES ('kind', n.kind), ('state', n.state),
		('reason', nullif(n.reason, n.state)), ('code', n.code),
		('since', recard.taipei_time(coalesce(n.ended_at, n.sent_at,
			n.due_at)))) AS v (name, value)
	WHERE n.order_no = of_order AND v.value IS NOT NULL
	UNION ALL
	SELECT 'claim ' || c.claim_id, v.name, v.value FROM recard.claim c,
	LATERAL (VALUES ('opened_at', recard.taipei_time(c.opened_at)),
		('reason', c.reason), ('outcome', c.outcome),
		('closed_at', recard.taipei_time(c.closed_at))) AS v (name, value)
	WHERE c.order_no = of_order AND v.value IS NOT NULL
	UNION ALL
	SELECT 'purged', v.name, v.value FROM recard.purge_record r,
	LATERAL (VALUES ('purged_at', recard.taipei_time(r.purged_at)),
		('rule', r.rule), ('rows', r.row_counts::text),
		('commitment', encode(r.commitment, 'hex'))) AS v (name, value)
	WHERE r.order_no = of_order
$$;
