-- What the tables tell of the belt's health: invariants, feeds, sources,
-- imports, calendar, stages, daemons, operators, history, worklists.
-- Parameter: the version of the program that asks; NULL: it has none.
-- Returns: as doctor_server().
CREATE OR REPLACE FUNCTION doctor_belt(own_version text DEFAULT NULL,
	at timestamptz DEFAULT now())
RETURNS TABLE (topic text, severity text, subject text, finding text,
	advice text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	WITH silent AS (
		-- Running, as far as is known; not for a week: a host that is
		-- no more, which the nightly run forgets.
		SELECT d.*, a.pid IS NOT NULL AS connected
		FROM daemon_instance d LEFT JOIN pg_stat_activity a
			ON a.pid = d.backend AND a.datname = current_database()
		WHERE d.ended_at IS NULL
			-- A work may take long; nobody beats meanwhile.
			AND d.seen_at <= at - CASE WHEN a.pid IS NULL
				THEN interval '3 minutes' ELSE interval '1 hour' END
			AND d.seen_at > at - interval '7 days'
			-- Another one on that host took its place.
			AND NOT EXISTS (SELECT FROM daemon_instance n
				WHERE (n.program, n.host) = (d.program, d.host)
					AND n.first_seen_at > d.seen_at)
	), found (topic, severity, subject, finding, advice) AS (
		-- What is cheap to know is known now, the rest by the last
		-- verification.
		SELECT 'invariants', 'critical', 'I10', format('%s orders are %s '
				'by their moves, %s by counting', t.tallied,
				t.status, t.orders),
			'recardctl verify tells which; mend nothing by hand'
		FROM tally_breaches(false) AS t
		UNION ALL
		SELECT 'invariants', 'critical', r.invariant, format(
				'was broken %s times when it was verified at %s',
				r.violations, taipei_time(r.verified_at)),
			'recardctl verify tells where; mend nothing by hand'
		FROM invariant_result r WHERE r.violations > 0
		UNION ALL
		SELECT 'invariants', 'warning', 'verification', coalesce(
				'was last done at ' || taipei_time(v.at),
				'was never done'),
			'recardctl verify, every night: see recard-nightly(8)'
		FROM (SELECT max(j.at) AS at FROM job_success j
			WHERE j.job = 'verify') AS v
		WHERE coalesce(v.at, '-infinity')
				< doctor_belt.at - interval '26 hours'
			AND EXISTS (SELECT FROM order_history h WHERE h.recorded_at
				< doctor_belt.at - interval '26 hours')
		UNION ALL
		SELECT 'feeds', 'warning', f.channel, CASE f.state
				WHEN 'gap' THEN format('settlement file %s is '
					'missing', f.missing_sequence)
				ELSE coalesce('has been silent since '
					|| taipei_time(f.last_file_at),
					'has told nothing yet') END
				|| CASE WHEN f.waiting > 0 THEN format(
					'; %s unpaid orders wait for it',
					f.waiting) ELSE '' END,
			'ask the provider for its files; the purge waits'
		FROM payment_feeds(at) f
		-- A feed that no product has is nobody's business.
		WHERE f.state <> 'ok' AND f.products IS NOT NULL
		UNION ALL
		SELECT 'sources', 'warning', x.subject, format(CASE x.reason
				WHEN 'rejected' THEN 'what it gave was rejected; '
					'alarm since %s'
				ELSE 'has not given the file that was expected; '
					'alarm since %s' END,
				taipei_time(x.opened_at)),
			'recardctl tracking sources; ask who sends the files'
		FROM exception x WHERE x.kind = 'source' AND x.closed_at IS NULL
		UNION ALL
		-- Until a better one comes by that name, or everybody has had
		-- the time to see it.
		SELECT 'imports', 'warning', i.kind || ' ' || i.name, format(
				'was rejected at %s: %s', taipei_time(i.taken_at),
				i.reason),
			'the report beside it under rejected/ tells why; put a '
			'corrected file of that name into the inbox'
		FROM import i WHERE i.outcome = 'rejected'
			AND i.taken_at > at - interval '3 days'
			AND NOT EXISTS (SELECT FROM import n
				WHERE (n.kind, n.name) = (i.kind, i.name)
					AND n.import_id > i.import_id)
		UNION ALL
		SELECT 'calendar', CASE WHEN c.year = y.this THEN 'critical'
				ELSE 'warning' END, c.year::text,
			'its official calendar is missing: promised days and '
			'cut-off times are guesses',
			'recardctl calendar import FILE'
		FROM calendar_list(at) c, LATERAL (SELECT extract(year
			FROM taipei_date(at))::integer AS this) AS y
		WHERE c.version IS NULL AND (c.year = y.this
			OR extract(month FROM taipei_date(at)) >= 11)
		UNION ALL
		SELECT 'stages', 'warning', s.stage, format('is paused since %s '
				'by %s%s: %s', taipei_time(s.paused_at),
				s.paused_by, coalesce(' until '
				|| taipei_time(s.until), ''), s.reason),
			'recardctl resume ' || s.stage || ', when that is over'
		FROM stage_list(at) s WHERE s.paused_at IS NOT NULL
		UNION ALL
		SELECT 'daemons', 'warning', format('recard-%s on %s', d.program,
				d.host),
			format(CASE WHEN d.connected THEN 'process %s has had a '
					'work in hand since %s'
				ELSE 'process %s was last seen at %s, and did '
					'not end by itself' END, d.pid,
				taipei_time(d.seen_at)),
			'look into its log there, and start it again'
		FROM silent d
		UNION ALL
		SELECT 'daemons', 'warning', 'recard-' || p.program,
			coalesce('has not run since ' || taipei_time(p.seen_at),
				'has never run on this database'),
			'start it, or have cron run it with --once'
		FROM (SELECT s.stage AS program, (SELECT max(d.seen_at)
				FROM daemon_instance d
				WHERE d.program = s.stage) AS seen_at
			FROM stage s WHERE s.stage !~ '\.') AS p
		WHERE coalesce(p.seen_at, '-infinity') < at - interval '26 hours'
		UNION ALL
		SELECT 'daemons', 'warning', 'recard-' || v.program,
			'runs in several versions: ' || v.versions,
			'restart those of the older one'
		FROM (SELECT d.program, string_agg(DISTINCT d.version, ', ')
				AS versions FROM daemon_instance d
			WHERE d.ended_at IS NULL
				AND d.seen_at > at - interval '3 minutes'
			GROUP BY d.program HAVING count(DISTINCT d.version) > 1)
			AS v
		UNION ALL
		SELECT 'daemons', 'warning', 'recard-' || v.program,
			format('%s runs, and recardctl is %s', v.version,
				own_version),
			'restart it, or run the recardctl of its version'
		FROM (SELECT DISTINCT d.program, d.version FROM daemon_instance d
			WHERE d.ended_at IS NULL
				AND d.seen_at > at - interval '3 minutes') AS v
		WHERE v.version <> own_version
		UNION ALL
		-- A short outage is nobody's business.
		SELECT 'mail', CASE WHEN s.failing_since <= at
				- interval '1 hour' THEN 'critical'
				ELSE 'warning' END, s.server, format('has taken '
				'no mail since %s: %s',
				taipei_time(s.failing_since), s.fault),
			'see to that server, or to notify.server; notices wait'
		FROM mail_server s
		WHERE s.failing_since <= at - interval '5 minutes'
			AND s.seen_at > at - interval '1 day'
		UNION ALL
		SELECT 'mail', 'warning', 'notices', format('%s could have been '
				'sent, the first since %s', count(*),
				taipei_time(min(coalesce(n.ready_at,
					n.due_at)))),
			'see whether recard-notify runs; recardctl notice list '
			'--state due'
		FROM notice n WHERE n.state = 'due'
			AND coalesce(n.ready_at, n.due_at)
				<= at - interval '15 minutes'
		HAVING count(*) > 0
		UNION ALL
		-- One is its recipient's trouble, many are ours.
		SELECT 'mail', 'warning', 'failures', format('%s mails failed or '
				'came back within a day', count(*)),
			'recardctl notice list --state failed, and bounced: one '
			'code for all of them tells what is wrong'
		FROM notice n WHERE n.state IN ('bounced', 'failed')
			AND n.ended_at > at - interval '1 day'
		HAVING count(*) >= 10
		UNION ALL
		SELECT 'operators', CASE WHEN o.valid_until <= at
				THEN 'critical' ELSE 'warning' END, o.name,
			format(CASE WHEN o.valid_until <= at
				THEN 'the card (%s) ended at %s'
				ELSE 'the card (%s) ends at %s' END, o.role,
				taipei_time(o.valid_until)),
			format('recardctl operator add %s NEW.crt --as %s, or '
				'operator remove', o.name, o.role)
		FROM operator o WHERE o.removed_at IS NULL
			AND o.valid_until < at + interval '30 days'
		UNION ALL
		SELECT 'history', 'warning', 'seals', CASE
				WHEN s.day IS NULL THEN 'no day is sealed yet'
				ELSE 'the last day sealed is ' || s.day END,
			'recardctl history seal, every night'
		FROM (SELECT max(day) AS day FROM history_seal) AS s
		WHERE coalesce(s.day, '-infinity') < taipei_date(at) - 2
			AND EXISTS (SELECT FROM order_history h
				WHERE h.recorded_at
					< doctor_belt.at - interval '2 days')
		UNION ALL
		SELECT 'worklists', 'warning', w.name, format('%s wait for '
				'somebody, the first for %s days', w.items,
				w.days), w.advice
		FROM (SELECT 'exceptions', count(*), floor(extract(epoch
				FROM at - min(e.opened_at)) / 86400),
				'recardctl exception list'
			FROM exception e WHERE e.closed_at IS NULL
			UNION ALL
			SELECT 'payment exceptions', count(*), floor(extract(
				epoch FROM at - min(e.opened_at)) / 86400),
				'recardctl payment exceptions'
			FROM payment_exception e WHERE e.closed_at IS NULL
			UNION ALL
			SELECT 'requests', count(*), floor(extract(epoch
				FROM at - min(d.requested_at)) / 86400),
				'recardctl request list'
			FROM decision d WHERE d.decided_at IS NULL)
			AS w (name, items, days, advice)
		WHERE w.items > 0 AND w.days >= 7
	)
	SELECT f.topic, f.severity, f.subject, f.finding, f.advice FROM found f
	UNION ALL
	SELECT t.topic, 'ok', NULL, t.words, NULL
	FROM (VALUES ('invariants', 'hold, as far as was verified'),
		('feeds', 'each one keeps up'),
		('sources', 'gave what was expected'),
		('imports', 'no file was rejected'),
		('operators', 'no card ends soon'),
		('calendar', 'is known for as long as it is needed'),
		('stages', 'none is paused'), ('daemons', 'all were seen'),
		('mail', 'goes out'), ('history', 'is sealed'),
		('worklists', 'nothing has waited for a week'))
		AS t (topic, words)
	WHERE NOT EXISTS (SELECT FROM found f WHERE f.topic = t.topic)
$$;
