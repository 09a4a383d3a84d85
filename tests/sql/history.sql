-- Shows that what was sealed cannot change unseen, that missed days are caught
-- up, and what is pruned.
BEGIN;
\ir steps.psql
SELECT no_plan();

-- Another day passes by putting what is there a day back.
CREATE FUNCTION test.days_pass(days integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL session_replication_role = replica;
	UPDATE order_history SET recorded_at = recorded_at
		- days * interval '1 day';
	UPDATE operator_act SET recorded_at = recorded_at
		- days * interval '1 day';
	UPDATE access_record SET recorded_at = recorded_at
		- days * interval '1 day';
	SET LOCAL session_replication_role = origin;
END
$$;
-- Runs a command with all protection taken away, tells the breaches, and takes
-- it back.
CREATE FUNCTION test.tamper(command text) RETURNS text[]
LANGUAGE plpgsql AS $$
DECLARE
	said text[];
BEGIN
	BEGIN
		SET LOCAL session_replication_role = replica;
		EXECUTE command;
		SELECT array_agg(breach) INTO said FROM history_breaches(NULL);
		RAISE EXCEPTION 'taken back';
	EXCEPTION WHEN raise_exception THEN
		NULL;
	END;
	RETURN said;
END
$$;

SELECT is(history_seal_days('op'), 0, 'of an empty history nothing is sealed');
SELECT test.apply(1) AS a \gset
SELECT test.pay(:a) \g /dev/null
SELECT hold_order(:a, 'op', 'why') \g /dev/null
SELECT order_reveal(:a, 'op', 'why') \g /dev/null
SELECT is(history_seal_days('op'), 0, 'today is not over');
SELECT test.days_pass(3) \g /dev/null
SELECT release_order(:a, 'op', 'well') \g /dev/null
SELECT history_settle() \g /dev/null
SELECT is(history_seal_days('op'), 3, 'three days, two of them empty');
SELECT results_eq('SELECT day - taipei_date(now()), moves, acts, looks
		FROM history_seals(NULL)',
	'VALUES (-3, 2::bigint, 1::bigint, 1::bigint), (-2, 0, 0, 0),
	(-1, 0, 0, 0)', 'with what was recorded');
SELECT is(history_seal_days('op'), 0, 'once');
SELECT is_empty('SELECT * FROM history_breaches(NULL)', 'it holds');
SELECT is_empty($$SELECT * FROM verify() WHERE invariant = 'I15'$$,
	'verify says so');
SELECT matches(content, E'^H,RECARD-HISTORY,1,[-0-9]{10},0{64}\nD,moves,2,[0-9a-f]{64}\n'
	'D,acts,1,[0-9a-f]{64}\nD,looks,1,[0-9a-f]{64}\nT,[0-9a-f]{64}\n$', 'as text')
FROM history_seals(NULL) LIMIT 1;
SELECT is(encode(sha256(convert_to(left(content, strpos(content, E'\nT,')),
	'UTF8')), 'hex'), digest, 'anybody can recompute its digest')
FROM history_seals(NULL) LIMIT 1;

-- Each is told, and where.
SELECT is(test.tamper(t.command), t.said, t.command)
FROM (VALUES
	('UPDATE order_history SET actor = ''other'' WHERE move_no = 1',
		'{"2 moves of orders were sealed, 2 are there, but not the same"}'
			::text[]),
	('UPDATE order_history SET at = at - interval ''1 us''',
		'{"2 moves of orders were sealed, 2 are there, but not the same"}'),
	('DELETE FROM order_history WHERE move_no = 1',
		'{"2 moves of orders were sealed, 1 are there"}'),
	('UPDATE operator_act SET reason = ''another'' WHERE act = ''hold''',
		'{"1 acts of operators were sealed, 1 are there, but not the same"}'),
	('DELETE FROM access_record',
		'{"1 looks at personal data were sealed, 0 are there"}'),
	('INSERT INTO operator_act (at, actor, act, subject, reason, recorded_at)
		VALUES (now(), ''x'', ''x'', ''x'', ''x'', now() - interval ''2 d'')',
		'{"0 acts of operators were sealed, 1 are there"}'),
	('UPDATE history_seal SET moves = 3 WHERE moves = 2',
		'{"its seal was changed"}'),
	('DELETE FROM history_seal WHERE day = taipei_date(now()) - 2',
		'{"the seals before it are missing, or others"}'),
	('DELETE FROM history_seal WHERE day = taipei_date(now()) - 3',
		'{"the seals before it are missing, or others"}'))
	AS t (command, said);
SELECT matches(test.attempt(c.command), 'append-only', c.command)
FROM (VALUES ('UPDATE history_seal SET moves = 0'),
	('DELETE FROM history_seal'), ('TRUNCATE history_seal'),
	('TRUNCATE access_record'), ('UPDATE access_record SET actor = ''x''')) AS c (command);
SELECT matches(test.attempt('DELETE FROM access_record'), 'kept for five years',
	'nor are look-ups deleted before their time');

-- Pruning ---------------------------------------------------------------------------

INSERT INTO fetched_file (source, name, digest, size, fetched_at, looked_at,
	removed_at)
	VALUES ('s', 'old', test.digest(), 1, now(), now(), now() - interval '91 d'),
	('s', 'new', test.digest(), 1, now(), now(), now()),
	('s', 'there', test.digest(), 1, now() - interval '1 year', now(), NULL);
SELECT heartbeat('label', 'h', 1, now(), '1', true, now() - interval '31 days'),
	heartbeat('label', 'h', 2, now(), '1', true) \g /dev/null
SELECT stage_pause_set('label', now() + interval '1 h', 'op', 'x'),
	stage_pause_set('purge', NULL, 'op', 'x') \g /dev/null
SELECT results_eq('SELECT what, rows FROM prune()', $$VALUES
	('access_record', 0::bigint), ('fetched_file', 1),
	('daemon_instance', 1), ('stage_pause', 0), ('console_form', 0),
	('citizen_session', 0), ('login_challenge_used', 0),
	('login_attempt', 0)$$, 'what is over goes');
SELECT results_eq('SELECT rows FROM prune(now() + interval ''2 h'')
	WHERE what = ''stage_pause''', 'VALUES (1::bigint)', 'a pause, when it is');
SELECT test.days_pass(366 * 5) \g /dev/null
SELECT results_eq('SELECT rows FROM prune() WHERE what = ''access_record''',
	'VALUES (1::bigint)', 'looks, after five years');
SELECT is((SELECT count(*) FROM order_history), 2::bigint, 'moves never');

SELECT * FROM finish();
ROLLBACK;
