-- What the server's catalogue tells of its health. Runs with the caller's
-- rights and reads no table of ours.
-- Parameters: the clock of the caller's host; the process that the other end of
-- the connection said it is.
-- Returns: topic, severity ('ok', 'warning', 'critical'), subject, what is
-- wrong, what to do; one 'ok' row for each topic with nothing wrong.
CREATE OR REPLACE FUNCTION doctor_server(host_clock timestamptz,
	told_pid integer, at timestamptz DEFAULT clock_timestamp())
RETURNS TABLE (topic text, severity text, subject text, finding text,
	advice text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, recard, pg_temp
AS $$
	WITH sees AS (
		SELECT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')
			AS all_stats
	), found (topic, severity, subject, finding, advice) AS (
		SELECT 'clock', CASE WHEN s.skew > 30 THEN 'critical'
				ELSE 'warning' END, 'this host',
			format('its clock and the database''s are %s s apart',
				round(s.skew::numeric, 1)),
			'synchronise both with one time source'
		FROM (SELECT abs(extract(epoch FROM host_clock - at)) AS skew)
			AS s WHERE s.skew > 2
		UNION ALL
		SELECT 'durability', 'critical', s.name,
			format('is %s: what was confirmed can be lost when the '
				'power fails', s.setting),
			format('set %s = on in postgresql.conf and restart',
				s.name)
		FROM pg_settings s WHERE s.name IN ('fsync',
			'full_page_writes') AND s.setting <> 'on'
		UNION ALL
		SELECT 'durability', 'critical', s.name,
			'is on: damage is hidden instead of told',
			'set ' || s.name || ' = off, and restore what is damaged'
		FROM pg_settings s WHERE s.name IN ('zero_damaged_pages',
			'ignore_checksum_failure', 'ignore_invalid_pages')
			AND s.setting = 'on'
		UNION ALL
		-- Our programs set it for themselves; others write here too.
		SELECT 'server', 'warning', s.name, 'is ' || s.reset_val
			|| ' for programs that do not set it themselves',
			'set synchronous_commit = on in postgresql.conf'
		FROM pg_settings s WHERE s.name = 'synchronous_commit'
			AND s.reset_val IN ('off', 'local')
		UNION ALL
		SELECT 'server', 'warning', s.name,
			'is off: damage on disk goes unnoticed',
			'stop the server and run pg_checksums --enable'
		FROM pg_settings s WHERE s.name = 'data_checksums'
			AND s.setting <> 'on'
		UNION ALL
		-- Keys and personal data are parameters, never part of the
		-- text.
		SELECT 'server', 'warning', s.name, format('is %s: the '
				'server logs statements with their parameters, '
				'among which are keys and personal data',
				s.setting),
			'set log_parameter_max_length = 0 in postgresql.conf'
		FROM pg_settings s
		WHERE (s.name = 'log_statement'
				AND s.setting IN ('mod', 'all')
			OR s.name IN ('log_min_duration_statement',
				'log_min_duration_sample')
				AND s.setting <> '-1'
			OR s.name = 'log_transaction_sample_rate'
				AND s.setting <> '0')
			AND current_setting('log_parameter_max_length') <> '0'
		UNION ALL
		SELECT 'server', 'critical', current_database(),
			'is a standby: nothing can be written',
			'name the primary in recard.conf, or promote this one'
		WHERE pg_is_in_recovery()
		UNION ALL
		SELECT 'pooler', 'critical', 'connection',
			'a pooler is in between: notifications, advisory locks '
			'and session settings do not hold',
			'name the server itself in recard.conf'
		WHERE told_pid <> pg_backend_pid()
		UNION ALL
		SELECT 'backup', 'critical', 'archive of the log',
			format('has failed since %s: a restored database would '
				'end before that, and the disk fills',
				taipei_time(a.last_failed_time)),
			'see what archive_command says in the server''s log'
		FROM pg_stat_archiver a WHERE a.last_failed_time
			> coalesce(a.last_archived_time, '-infinity')
			AND current_setting('archive_mode') <> 'off'
		UNION ALL
		SELECT 'vacuum', 'critical', s.name,
			'is off: tables grow until the server stops',
			format('set %s = on in postgresql.conf', s.name)
		FROM pg_settings s WHERE s.name IN ('autovacuum',
			'track_counts') AND s.setting <> 'on'
		UNION ALL
		SELECT 'vacuum', 'warning', t.relname, format('%s dead rows '
				'beside %s live ones, last vacuumed %s',
				t.n_dead_tup, t.n_live_tup, coalesce(taipei_time(
				greatest(t.last_vacuum, t.last_autovacuum)),
				'never')),
			'see who keeps old rows needed (topic transactions), '
			'then: VACUUM recard.' || t.relname
		FROM pg_stat_user_tables t WHERE t.schemaname = 'recard'
			AND t.n_dead_tup > 50000
			AND t.n_dead_tup > 0.3 * t.n_live_tup
		UNION ALL
		SELECT 'vacuum', CASE WHEN age(d.datfrozenxid) > 1500000000
				THEN 'critical' ELSE 'warning' END, d.datname,
			format('its oldest row is %s transactions old; the '
				'server stops at 2 thousand million',
				age(d.datfrozenxid)),
			'see why autovacuum does not get through; VACUUM FREEZE'
		FROM pg_database d WHERE d.datname = current_database()
			AND age(d.datfrozenxid) > 500000000
		UNION ALL
		SELECT 'transactions', CASE WHEN at - a.xact_start
				> interval '1 hour' THEN 'critical'
				ELSE 'warning' END,
			format('process %s of %s', a.pid, coalesce(
				nullif(a.application_name, ''), a.usename, '?')),
			format('its transaction is open for %s min (%s), and '
				'keeps dead rows', round(extract(epoch
				FROM at - a.xact_start) / 60), a.state),
			format('end it there, or: SELECT '
				'pg_terminate_backend(%s)', a.pid)
		FROM pg_stat_activity a
		WHERE a.datname = current_database() AND a.pid
				<> pg_backend_pid()
			AND at - a.xact_start > interval '10 minutes'
		UNION ALL
		SELECT 'transactions', 'critical', 'prepared ' || p.gid,
			format('is open since %s, and keeps dead rows',
				taipei_time(p.prepared)),
			format('COMMIT or ROLLBACK PREPARED %L', p.gid)
		FROM pg_prepared_xacts p WHERE p.database = current_database()
			AND at - p.prepared > interval '10 minutes'
		UNION ALL
		SELECT 'transactions', 'warning', 'replication slot '
				|| r.slot_name,
			'nobody reads from it, and it keeps dead rows or log',
			format('start its standby, or: SELECT '
				'pg_drop_replication_slot(%L)', r.slot_name)
		FROM pg_replication_slots r WHERE NOT r.active
			AND (r.xmin IS NOT NULL OR r.catalog_xmin IS NOT NULL
				OR r.restart_lsn IS NOT NULL)
		UNION ALL
		SELECT 'transactions', 'warning', current_user,
			'cannot see how old the transactions of others are',
			'GRANT pg_read_all_stats TO recard_ctl'
		FROM sees WHERE NOT sees.all_stats
	)
	SELECT f.topic, f.severity, f.subject, f.finding, f.advice FROM found f
	UNION ALL
	SELECT t.topic, 'ok', NULL, t.words, NULL
	FROM (VALUES ('clock', 'host and database agree'),
		('durability', 'what is confirmed is on disk'),
		('server', 'settings are as they should be'),
		('pooler', 'the connection is direct'),
		('backup', CASE current_setting('archive_mode') WHEN 'off'
			THEN 'the log is not archived here; what else keeps a '
				'copy is not known' ELSE 'the log is archived'
			END),
		('vacuum', 'dead rows are cleared away'),
		('transactions', 'none is old')) AS t (topic, words)
	WHERE NOT EXISTS (SELECT FROM found f WHERE f.topic = t.topic)
$$;
