-- Shows which role may touch what: every role against every table, column,
-- sequence and function. What is not listed here must be absent. Then that
-- no function running with its owner's rights can be led to somebody else's
-- names.
BEGIN;
\ir steps.psql
SELECT no_plan();

-- Somebody without any grant: what PUBLIC may do.
CREATE ROLE test_nobody;
CREATE TEMPORARY TABLE role AS
SELECT rolname AS role FROM pg_roles
WHERE rolname ~ '^recard_' AND rolname <> 'recard_owner'
	OR rolname = 'test_nobody';
GRANT SELECT ON role TO PUBLIC;

SELECT set_eq('SELECT role::text FROM role', $$VALUES ('recard_mover'),
	('recard_payment'), ('recard_purge'), ('recard_manufacture'),
	('recard_label'), ('recard_tracking'), ('recard_notify'),
	('recard_portal'), ('recard_console'), ('recard_ctl'),
	('test_nobody')$$, 'the roles are these');
SELECT set_eq($$SELECT rolname::text FROM pg_roles
	WHERE rolname ~ '^recard_' AND NOT rolcanlogin$$,
	$$VALUES ('recard_owner'), ('recard_mover')$$,
	'who owns anything cannot log in');
SELECT is_empty($$SELECT rolname FROM pg_roles WHERE rolname ~ '^recard_'
	AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication
		OR rolbypassrls)$$, 'no role has powers over the server');
SELECT is_empty($$SELECT m.roleid::regrole, m.member::regrole
	FROM pg_auth_members m
	JOIN pg_roles r ON r.oid = m.member
	WHERE r.rolname ~ '^recard_' AND (m.member, m.roleid) <>
		('recard_ctl'::regrole, 'pg_read_all_stats'::regrole)$$,
	'no role is a member of another, but who looks after the server');

-- Tables and columns -----------------------------------------------------------

CREATE TEMPORARY TABLE expected_table (role text, object text, rights text);
INSERT INTO expected_table VALUES
	('recard_mover', 'order_move', 'SELECT'),
	('recard_mover', 'order_state', 'SELECT'),
	('recard_mover', 'order_history', 'SELECT INSERT'),
	('recard_mover', 'notice', 'INSERT'),
	('recard_mover', 'move_tally', 'INSERT'),
	('recard_mover', 'orders', 'SELECT(order_no, moved_at, status, moves, '
		'held) UPDATE(moved_at, status, moves)'),
	('recard_mover', 'applicant', 'SELECT(order_no) UPDATE(open)'),
	('recard_tracking', 'tracking_staging', 'INSERT'),
	('recard_payment', 'payment_staging', 'INSERT(entry, reference, kind, '
		'order_ref, amount, currency, paid_at, fault)'),
	('recard_ctl', 'order_state', 'SELECT'),
	('recard_ctl', 'order_move', 'SELECT');
-- Rights on a whole table by name; on some of its columns with the columns.
CREATE FUNCTION test.rights(role name, object oid) RETURNS text
LANGUAGE sql AS $$
	SELECT coalesce(string_agg(right_name || CASE WHEN whole THEN ''
			ELSE '(' || columns || ')' END, ' ' ORDER BY place), '')
	FROM (SELECT r.right_name, r.place,
			has_table_privilege(role, object, r.right_name) AS whole,
			CASE WHEN r.place IN (1, 2, 3, 6) THEN (
				SELECT string_agg(attname, ', ' ORDER BY attnum)
				FROM pg_attribute WHERE attrelid = object
					AND attnum > 0 AND NOT attisdropped
					AND has_column_privilege(role, object,
						attname, r.right_name)) END AS columns
		FROM unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'
			::text[]) WITH ORDINALITY AS r (right_name, place)) AS x
	WHERE whole OR columns IS NOT NULL
$$;
SELECT is_empty('SELECT role, object FROM expected_table
	WHERE to_regclass(''recard.'' || object) IS NULL',
	'the listed tables exist');
SELECT is(test.rights(r.role, c.oid), coalesce(e.rights, ''),
	format('%s on %s: %s', r.role, c.relname, coalesce(e.rights, 'nothing')))
FROM role r CROSS JOIN pg_class c
LEFT JOIN expected_table e ON e.role = r.role AND e.object = c.relname
WHERE c.relnamespace = 'recard'::regnamespace AND c.relkind IN ('r', 'v', 'm',
	'p', 'f')
ORDER BY r.role, c.relname;
SELECT is(concat_ws(' ', CASE WHEN has_sequence_privilege(r.role, c.oid, 'USAGE')
		THEN 'USAGE' END,
	CASE WHEN has_sequence_privilege(r.role, c.oid, 'SELECT') THEN 'SELECT' END,
	CASE WHEN has_sequence_privilege(r.role, c.oid, 'UPDATE') THEN 'UPDATE' END),
	'', format('%s on sequence %s: nothing', r.role, c.relname))
FROM role r CROSS JOIN (SELECT oid, relname FROM pg_class
	WHERE relnamespace = 'recard'::regnamespace AND relkind = 'S'
	OFFSET 0) AS c
ORDER BY r.role, c.relname;

-- Functions ----------------------------------------------------------------------

CREATE TEMPORARY TABLE expected_function (role text, object text);
INSERT INTO expected_function
SELECT role, unnest(objects || CASE role WHEN 'recard_mover' THEN '{}'
	WHEN 'recard_ctl' THEN '{schema_version}'
	ELSE '{schema_version,heartbeat,heartbeat_end}'::text[] END)
FROM (VALUES ('recard_mover', '{advance,order_text}'::text[]),
	('recard_payment', '{book_settlement,import_refuse,import_remarks,
		register_feeds,receive_notices,book_notices,claim_questions,
		answer_question,payments_unconfirmed,fetch_claim,fetch_release,
		fetch_known,fetch_record,fetch_removed}'),
	('recard_purge', '{purge_waiting,purge_summary,purge_feeds,
		purge_ask,purge_due,purge_stray,remind_due,order_text}'),
	('recard_manufacture', '{freeze_and_queue,freeze_corrections,register_lines,line_check,
		line_stop,line_alarms,cut_batch,claim_batch,batch_content,
		batch_file,seal_batch,offer_batch,publish_batch,empty_batch,
		book_ack,book_results,import_refuse,import_remarks,fetch_claim,
		fetch_release,fetch_known,fetch_record,fetch_removed}'),
	('recard_label', '{cut_label_run,claim_label_run,label_run_content,
		seal_label_run,drop_empty_run,publish_label_run,
		claim_print_job,record_print_job,
		cut_posting_list,claim_posting_list,posting_list_content,
		seal_posting_list,publish_posting_list}'),
	('recard_tracking', '{book_tracking,archive_open,archive_members,
		import_refuse,import_remarks,register_sources,source_claim,
		source_release,source_arrival,source_watch,fetch_known,
		fetch_record,fetch_removed}'),
	('recard_notify', '{notice_claim,notice_due,notice_settle,
		notice_bounce,mail_server_seen}'),
	('recard_portal', '{submit,citizen_login,citizen_logout,citizen_home,
		citizen_check_address,citizen_apply,citizen_order,citizen_edit,
		citizen_activation,activation_begin,activation_end}'),
	('recard_console', '{order_show,history,console_orders,
		console_authorise,console_act,console_belt,console_search,
		console_reveal,console_batches,console_label_runs,
		console_label_run,console_labels,console_jobs,
		console_exceptions,console_payments,console_claims,
		console_requests,console_overdue,console_request,
		console_imports,console_import_show,console_audit,metrics,
		roll_moves,taipei_time,claim_show,batch_show,payment_feeds,
		run_labels,order_text,daemon_list,stage_list,source_list,
		console_lines,payment_show}'),
	('recard_ctl', '{belt,order_list,order_show,order_trail,seconds_at,seconds_of,
		history,submit,
		certificate_load,verify,order_number,purge_waiting,hold_order,
		release_order,cancel_order,reprint_label,remail_order,
		close_order,activation_unlock,activation_show,activation_list,
		book_code_resets,import_remarks,import_refuse,payment_reason,payment_list,
		payment_show,payment_worklist,payment_resolve,payment_totals,
		payment_refunds,payment_feeds,product_list,product_prices,
		product_price_add,product_feeds_set,batch_list,batch_show,
		batch_cards,batch_cut,batch_resend,batch_hold,batch_release,
		batch_reconcile,line_list,line_alarms,line_resume,stock_set,
		decision_request,decision_settle,decision_list,decision_show,
		correct_address,exception_list,
		exception_close,label_run_list,run_labels,label_show,
		label_preview,void_label,reprint_run,pack_card,print_confirm,
		order_text,mail_overdue,import_list,source_list,calendar_load,calendar_list,claim_open,
		claim_note,claim_close,claim_list,claim_show,
		shape,flow,order_find,
		order_reveal,stage_pause_set,stage_resume,
		stage_list,stage_unseen,daemon_list,
		doctor_server,doctor_belt,taipei_time,
		history_settle,history_seal_days,history_seals,
		history_breaches,prune,run_claim,
		operator_add,operator_remove,operator_list,
		verify_record,
		notice_list,notice_show,notice_preview,notice_retry}')) AS listed (role, objects);
SELECT is_empty($$SELECT e.* FROM expected_function e
	WHERE NOT EXISTS (SELECT FROM pg_proc p WHERE p.proname = e.object
		AND p.pronamespace = 'recard'::regnamespace)$$,
	'the listed functions exist');
SELECT is_empty($$SELECT proname FROM pg_proc
	WHERE pronamespace = 'recard'::regnamespace
	GROUP BY proname HAVING count(*) > 1$$,
	'a name is one function, so that a grant by name is unambiguous');
SELECT is(has_function_privilege(r.role, p.oid, 'EXECUTE'),
	e.object IS NOT NULL, format('%s %s %s', r.role, CASE
		WHEN e.object IS NULL THEN 'may not call' ELSE 'may call' END,
		p.proname))
FROM role r CROSS JOIN pg_proc p
LEFT JOIN expected_function e ON e.role = r.role AND e.object = p.proname
WHERE p.pronamespace = 'recard'::regnamespace
ORDER BY r.role, p.proname;
SELECT is_empty($$SELECT p.oid::regprocedure FROM pg_proc p,
	aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
	WHERE p.pronamespace = 'recard'::regnamespace
		AND (a.grantee = 0 OR a.is_grantable
			AND a.grantee <> p.proowner)$$,
	'no function is open to PUBLIC or can be passed on');

-- Schemas and owners ---------------------------------------------------------------

SELECT is(format('%s%s', CASE WHEN has_schema_privilege(r.role, s.name, 'USAGE')
		THEN 'USAGE ' END, CASE WHEN has_schema_privilege(r.role, s.name,
		'CREATE') THEN 'CREATE' END),
	CASE WHEN s.name = 'recard' AND r.role <> 'test_nobody' THEN 'USAGE '
		WHEN s.name = 'public' THEN 'USAGE ' ELSE '' END,
	format('%s in schema %s', r.role, s.name))
FROM role r, (VALUES ('recard'), ('recard_crypto'), ('public')) AS s (name)
ORDER BY r.role, s.name;
SELECT is_empty($$
	SELECT d.classid::regclass, d.objid, r.rolname FROM pg_shdepend d
	JOIN pg_roles r ON r.oid = d.refobjid
	WHERE d.deptype = 'o' AND r.rolname ~ '^recard_'
		AND d.dbid IN (0, (SELECT oid FROM pg_database
			WHERE datname = current_database()))
		AND r.rolname <> 'recard_owner'
		AND (r.rolname, d.classid, d.objid) IS DISTINCT FROM
			('recard_mover', 'pg_proc'::regclass,
			(SELECT oid FROM pg_proc WHERE proname = 'advance'
			AND pronamespace = 'recard'::regnamespace))$$,
	'the owner owns all, the mover advance() alone, nobody else anything');
SELECT is_empty($$
	SELECT oid::regclass::text FROM pg_class
	WHERE relnamespace = 'recard'::regnamespace
		AND relowner <> 'recard_owner'::regrole
	UNION ALL SELECT oid::regprocedure::text FROM pg_proc
	WHERE pronamespace = 'recard'::regnamespace AND proowner <> CASE proname
		WHEN 'advance' THEN 'recard_mover'::regrole
		ELSE 'recard_owner'::regrole END
	UNION ALL SELECT oid::regtype::text FROM pg_type
	WHERE typnamespace = 'recard'::regnamespace
		AND typowner <> 'recard_owner'::regrole
	UNION ALL SELECT nspname FROM pg_namespace
	WHERE nspname IN ('recard', 'recard_crypto')
		AND nspowner <> 'recard_owner'::regrole$$,
	'nothing of the schema belongs to the superuser');

-- Functions with their owner's rights ---------------------------------------------

SELECT is_empty($$SELECT oid::regprocedure, proconfig FROM pg_proc
	WHERE pronamespace = 'recard'::regnamespace AND prosecdef
		AND NOT coalesce(proconfig, '{}')
			@> '{"search_path=pg_catalog, recard, pg_temp"}'$$,
	'each pins its search path: the catalogue, ours, temporary last');
SELECT is_empty($$SELECT oid::regprocedure, proconfig FROM pg_proc
	WHERE pronamespace = 'recard'::regnamespace AND EXISTS (
		SELECT FROM unnest(proconfig) AS c (setting)
		WHERE split_part(setting, '=', 1)
			NOT IN ('search_path', 'TimeZone', 'timezone', 'work_mem',
				'plan_cache_mode'))$$,
	'and sets nothing that could matter besides');
SELECT set_eq($$SELECT proname::text FROM pg_proc
	WHERE pronamespace = 'recard'::regnamespace AND NOT prosecdef$$,
	$$VALUES ('address_digest'), ('day_begin'), ('doctor_server'), ('first_order_of'), ('forbid'), ('gs1_check_digit'),
	('history_text'),
	('holder_id_ok'),
	('mail_event_meaning'), ('mask'), ('mask_card'), ('mask_email'), ('order_number'), ('order_text'),
	('payment_reason'), ('refuse'), ('seconds_at'), ('seconds_of'),
	('taipei_date'), ('taipei_time'),
	('undelivered_reason')$$,
	'only functions that read no table of ours run with the caller''s '
	'rights');
SELECT is_empty($$SELECT relname, reloptions FROM pg_class
	WHERE relnamespace = 'recard'::regnamespace AND relrowsecurity$$,
	'no row security that an owner would pass by');

-- Being refused is real, not only in the catalogue.
SELECT matches(test.attempt(c.command, c.role), '^42501 permission denied',
	c.role || ': ' || c.command)
FROM (VALUES ('recard_portal', 'SELECT * FROM recard.applicant'),
	('recard_portal', 'SELECT name FROM recard.applicant'),
	('recard_portal', 'SELECT * FROM recard.orders'),
	('recard_portal', 'DELETE FROM recard.applicant'),
	('recard_portal', 'SELECT recard.advance(''{1}'', ''paid'', ''x'')'),
	('recard_payment', 'SELECT recard.advance(''{1}'', ''paid'', ''x'')'),
	('recard_payment', 'INSERT INTO recard.settled_payment VALUES (1, 1, now())'),
	('recard_purge', 'DELETE FROM recard.applicant'),
	('recard_manufacture', 'SELECT address FROM recard.applicant'),
	('recard_tracking', 'SELECT * FROM recard.tracking_staging'),
	('recard_console', 'SELECT * FROM recard.applicant'),
	('recard_notify', 'SELECT * FROM recard.notice'),
	('recard_ctl', 'UPDATE recard.order_move SET next = ''paid'''),
	('recard_ctl', 'DELETE FROM recard.operator_act'),
	('recard_ctl', 'CREATE TABLE recard.mine (n integer)'),
	('recard_ctl', 'SELECT recard_crypto.digest(''x'', ''sha256'')'),
	('test_nobody', 'SELECT recard.schema_version()'),
	('test_nobody', 'SELECT * FROM recard.order_state')) AS c (role, command);

-- Somebody else's names ---------------------------------------------------------------

SELECT test.register(n, current_date + 30) FROM generate_series(1, 2) AS n
\g /dev/null
SELECT set_config('test.first', test.application(1)::text, true),
	set_config('test.second', test.application(2)::text, true) \g /dev/null
SET SESSION AUTHORIZATION recard_portal;
SELECT matches(test.attempt(c.command), '^42501 permission denied for schema',
	'the portal cannot: ' || c.command)
FROM (VALUES ('CREATE TABLE recard.orders2 (n integer)'),
	('CREATE TABLE public.orders (n integer)'),
	('CREATE FUNCTION recard.f() RETURNS integer LANGUAGE sql AS ''SELECT 1'''),
	('CREATE FUNCTION public.f() RETURNS integer LANGUAGE sql AS ''SELECT 1'''))
	AS c (command);
-- What it can have is temporary: tables named like ours, and functions that
-- would run with the owner's rights if they were found.
CREATE TEMPORARY TABLE orders (order_no bigint, product text, amount integer,
	applied_at timestamptz, pay_by timestamptz, moved_at timestamptz);
CREATE TEMPORARY TABLE applicant (order_no bigint, card_no text,
	holder_hash bytea, name text, postal_code text, address text, phone text,
	email text);
CREATE FUNCTION pg_temp.taipei_date(at timestamptz) RETURNS date
LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'hijacked by % as %', session_user, current_user;
END
$$;
SET LOCAL search_path = pg_temp, recard, tap;
SELECT lives_ok('SELECT recard.submit(current_setting(''test.first'')::jsonb)',
	'an application among names that are not ours');
SELECT is_empty('SELECT * FROM pg_temp.orders', 'none of it went astray');
RESET SESSION AUTHORIZATION;
SET LOCAL search_path = recard, tap, test, public;
SELECT isnt_empty('SELECT * FROM recard.orders', 'the order is in our table');
-- The same with the protection taken away.
SAVEPOINT control;
ALTER FUNCTION recard.submit(jsonb, timestamptz) RESET search_path;
ALTER FUNCTION recard.take_application(jsonb, bytea, text, timestamptz)
	RESET search_path;
GRANT USAGE ON SCHEMA recard TO recard_owner;
SET SESSION AUTHORIZATION recard_portal;
SET LOCAL search_path = pg_temp, recard, tap;
SELECT unalike(test.attempt(
	'SELECT recard.submit(current_setting(''test.second'')::jsonb)'), 'done',
	'control: without its own search path the function goes astray');
RESET SESSION AUTHORIZATION;
ROLLBACK TO control;

-- A table prepared under the name of one that a function makes for itself.
SET SESSION AUTHORIZATION recard_tracking;
CREATE TEMPORARY TABLE booked_mail (line bigint);
SELECT matches(test.attempt('SELECT recard.book_tracking(''f'', repeat('
	'''1'', 64), 1, ''{}'', ''{}'', ''{}'', ''x'')'), '^42P07 ',
	'is not used');
RESET SESSION AUTHORIZATION;

SELECT * FROM finish();
ROLLBACK;
