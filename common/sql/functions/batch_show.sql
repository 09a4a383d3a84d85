-- Everything about one batch, as pairs of name and value in an order that
-- reads well: what it is, where it stands, its cards in numbers, its place in
-- the chain, its answers, and what was done about it by hand.
CREATE OR REPLACE FUNCTION batch_show(of_batch text)
RETURNS TABLE (section text, name text, value text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT 'batch', v.name, v.value FROM recard.card_batch b,
	LATERAL (VALUES ('batch_no', b.batch_no), ('line', b.line),
		('product', b.product), ('state', b.state),
		('held', b.hold_reason || ' (' || b.held_by || ', '
			|| recard.taipei_time(b.held_at) || ')'),
		('cause', b.cause), ('cut_by', b.cut_by),
		('cut_at', recard.taipei_time(b.created_at)),
		('sealed_at', recard.taipei_time(b.sealed_at)),
		('handed_out_at', recard.taipei_time(b.published_at)),
		('acknowledged_at', recard.taipei_time(b.acked_at)),
		('refused_because', nullif(b.ack_reason, '')),
		('abandoned_by', b.ended_by)) AS v (name, value)
	WHERE b.batch_no = of_batch AND v.value IS NOT NULL
	UNION ALL
	SELECT 'cards', v.name, v.value FROM recard.batch_sums s,
	LATERAL (VALUES ('sent', s.sent::text), ('made', s.made::text),
		('spoiled', s.spoiled::text), ('rejected', s.rejected::text),
		('on_hold', s.on_hold::text), ('open', s.open::text))
		AS v (name, value)
	WHERE s.batch_no = of_batch
	UNION ALL
	SELECT 'seal', v.name, v.value FROM recard.card_batch b,
	LATERAL (VALUES ('signed_by', b.signer),
		('hash_total', b.hash_total),
		('content_digest', b.content_digest),
		('file_digest', b.file_digest), ('follows', b.previous_no),
		('chain_digest', b.chain_digest)) AS v (name, value)
	WHERE b.batch_no = of_batch AND v.value IS NOT NULL
	UNION ALL
	(SELECT 'error codes', c.code, c.times::text FROM (SELECT j.error_code
			AS code, count(*) AS times
		FROM recard.card_batch_line l
		JOIN recard.card_job j USING (job_no)
		WHERE l.batch_no = of_batch AND j.error_code IS NOT NULL
		GROUP BY j.error_code) AS c ORDER BY c.code)
	UNION ALL
	(SELECT 'answers', i.name, concat_ws(', ', format('%s %s: %s of %s rows '
			'applied', recard.taipei_time(i.taken_at),
			coalesce(i.reason, i.outcome), i.applied, i.rows),
			nullif(i.duplicate, 0) || ' known',
			nullif(i.rejected, 0) || ' rejected')
	FROM recard.import i WHERE i.kind IN ('card_ack', 'card_result')
		AND i.name LIKE of_batch || '.%' ORDER BY i.import_id)
	UNION ALL
	(SELECT 'handed out again', recard.taipei_time(r.asked_at),
		format('%s: %s; %s', r.asked_by, r.reason,
		coalesce(recard.taipei_time(r.sent_at), 'not yet'))
	FROM recard.card_batch_resend r WHERE r.batch_no = of_batch
	ORDER BY r.resend_no)
	UNION ALL
	(SELECT 'acts', recard.taipei_time(a.at),
		a.actor || ': ' || a.act || ': ' || a.reason
	FROM recard.operator_act a
	WHERE a.subject IN ('batch ' || of_batch, of_batch)
	ORDER BY a.act_id)
$$;
