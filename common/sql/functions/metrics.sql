-- What is to be watched, as Prometheus wants it: names as in metrics.def. No
-- personal data, no order numbers. Cheap, however many orders there are.
CREATE OR REPLACE FUNCTION metrics(at timestamptz DEFAULT now())
RETURNS TABLE (name text, labels jsonb, value double precision)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	WITH stage AS MATERIALIZED (SELECT * FROM recard.stage_sums()),
	today AS MATERIALIZED (SELECT recard.taipei_date(metrics.at) AS day)
	SELECT 'recard_stage_items', jsonb_build_object('status', s.status),
		s.orders::float8
	FROM stage s
	UNION ALL
	SELECT 'recard_stage_held_items',
		jsonb_build_object('status', s.status), s.held
	FROM stage s JOIN recard.order_state e ON e.status::text = s.status
		AND NOT e.ends
	UNION ALL
	SELECT 'recard_stage_oldest_age_seconds',
		jsonb_build_object('status', s.status), greatest(0,
			coalesce(extract(epoch FROM at - s.oldest_at), 0))
	FROM stage s JOIN recard.order_state e ON e.status::text = s.status
		AND NOT e.ends
	UNION ALL
	SELECT 'recard_stage_target_seconds',
		jsonb_build_object('status', t.status),
		extract(epoch FROM t.target)
	FROM recard.stage_target t
	UNION ALL
	SELECT 'recard_transitions_total', jsonb_build_object('from',
		m.from_status, 'to', m.to_status), sum(m.orders)
	FROM recard.moves_counted m GROUP BY m.from_status, m.to_status
	UNION ALL
	SELECT 'recard_exceptions_open', jsonb_build_object('kind', e.kind,
		'reason', e.reason), count(*)
	FROM recard.exception e WHERE e.closed_at IS NULL
	GROUP BY e.kind, e.reason
	UNION ALL
	SELECT 'recard_exceptions_oldest_age_seconds', jsonb_build_object(
		'kind', e.kind), greatest(0, extract(epoch FROM
			at - min(e.opened_at)))
	FROM recard.exception e WHERE e.closed_at IS NULL GROUP BY e.kind
	UNION ALL
	SELECT 'recard_payment_exceptions_open',
		jsonb_build_object('reason', e.reason), count(*)
	FROM recard.payment_exception e WHERE e.closed_at IS NULL
	GROUP BY e.reason
	UNION ALL
	SELECT 'recard_payment_exceptions_oldest_age_seconds', '{}',
		greatest(0, extract(epoch FROM at - min(e.opened_at)))
	FROM recard.payment_exception e WHERE e.closed_at IS NULL
	HAVING count(*) > 0
	UNION ALL
	SELECT 'recard_activations_locked', '{}', count(*)
	FROM recard.activation a
	WHERE a.tries > 0 AND a.locked_at IS NOT NULL
	UNION ALL
	SELECT 'recard_claims_open', '{}', count(*) FROM recard.claim c
	WHERE c.closed_at IS NULL
	UNION ALL
	SELECT 'recard_requests_open', jsonb_build_object('act', d.act),
		count(*)
	FROM recard.decision d WHERE d.decided_at IS NULL GROUP BY d.act
	UNION ALL
	-- One look for each letter in the post, and for those that are late
	-- another one, whatever the planner thinks how many these are.
	SELECT 'recard_letters_overdue', '{}', count(*) FROM today,
		recard.orders o, LATERAL (SELECT i.label_no
			FROM recard.mail_item i
			WHERE i.order_no = o.order_no
				AND i.promised_on < today.day OFFSET 0) AS i
	WHERE o.status = 'mailed' AND EXISTS (SELECT FROM recard.label l
		WHERE l.label_no = i.label_no AND l.state <> 'void')
	UNION ALL
	-- A feed that was never heard of is as old as can be.
	SELECT 'recard_feed_watermark_age_seconds',
		jsonb_build_object('channel', f.channel),
		coalesce(extract(epoch FROM at - f.covered_until), 'Infinity')
	FROM recard.payment_feed f WHERE EXISTS (SELECT
		FROM recard.product_feed p WHERE p.channel = f.channel)
	UNION ALL
	SELECT 'recard_feed_max_silence_seconds',
		jsonb_build_object('channel', f.channel),
		extract(epoch FROM f.max_silence)
	FROM recard.payment_feed f WHERE EXISTS (SELECT
		FROM recard.product_feed p WHERE p.channel = f.channel)
	UNION ALL
	SELECT 'recard_import_rows_total', jsonb_build_object('kind', i.kind,
		'result', r.result), sum(r.rows)
	FROM recard.import i, LATERAL (VALUES ('applied', i.applied),
		('duplicate', i.duplicate), ('rejected', i.rejected))
		AS r (result, rows)
	GROUP BY i.kind, r.result
	UNION ALL
	SELECT 'recard_last_success_timestamp_seconds',
		jsonb_build_object('job', j.job), extract(epoch FROM j.at)
	FROM recard.job_success j
	UNION ALL
	SELECT 'recard_mails_total', jsonb_build_object('kind', m.kind,
		'outcome', m.outcome), m.mails
	FROM recard.mail_tally m
	UNION ALL
	SELECT 'recard_notices_due', jsonb_build_object('kind', n.kind),
		count(*)
	FROM recard.notice n WHERE n.state = 'due' GROUP BY n.kind
	UNION ALL
	SELECT 'recard_notices_oldest_age_seconds', '{}', greatest(0,
		extract(epoch FROM at - min(coalesce(n.ready_at, n.due_at))))
	FROM recard.notice n WHERE n.state = 'due'
	HAVING count(*) > 0
	UNION ALL
	SELECT 'recard_mail_server_failing_seconds',
		jsonb_build_object('server', s.server), coalesce(extract(epoch
			FROM at - s.failing_since), 0)
	FROM recard.mail_server s WHERE s.seen_at > at - interval '1 day'
	UNION ALL
	SELECT 'recard_invariant_violations',
		jsonb_build_object('invariant', v.invariant), v.violations
	FROM recard.invariant_result v
$$;
