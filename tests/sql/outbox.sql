-- Shows what becomes of a notice: who claims it, what it says, when it is not
-- sent any more, what a failure costs, who hears of it, and that nobody is
-- written to whose data is gone.
BEGIN;
\ir steps.psql
SELECT no_plan();

-- What is claimed at a moment, in one line each.
CREATE FUNCTION test.claim(at timestamptz, lease interval DEFAULT '10 min')
RETURNS SETOF text LANGUAGE sql AS $$
	SELECT concat_ws(' ', order_no, kind, coalesce(moot, 'ours'), epoch)
	FROM notice_claim(1000, lease, at)
$$;
-- The claim of an order's notice, as it stands.
CREATE FUNCTION test.notice(of_order bigint, of_kind text)
RETURNS notice LANGUAGE sql AS $$
	SELECT n FROM notice n WHERE (order_no, kind) = (of_order, of_kind)
	ORDER BY move_no DESC LIMIT 1
$$;
CREATE FUNCTION test.state(of_order bigint, of_kind text)
RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', n.state, n.reason, n.code, n.tries)
	FROM test.notice(of_order, of_kind) n
$$;
-- Tells what became of it.
CREATE FUNCTION test.outcome(of_order bigint, of_kind text, outcome text,
	code text, at timestamptz, claimed integer DEFAULT NULL)
RETURNS text LANGUAGE sql AS $$
	SELECT settled || ' ' || failed FROM notice_settle(
		ARRAY[(test.notice(of_order, of_kind)).notice_id],
		ARRAY[coalesce(claimed, (test.notice(of_order, of_kind)).epoch)],
		ARRAY[outcome], ARRAY[code], ARRAY[60000], '3 days', 'notify', at)
$$;
-- Nothing else is due.
CREATE FUNCTION test.clear(at timestamptz) RETURNS void LANGUAGE sql AS $$
	UPDATE notice SET state = 'moot', reason = 'test', ended_at = at
	WHERE state = 'due'
$$;
SELECT test.clear(now()) \g /dev/null
SELECT now() AS now \gset

-- Claims ----------------------------------------------------------------------------

SELECT test.apply(1, :'now'::timestamptz - interval '1 hour',
	'{"name": "游錫堃", "language": "en"}') AS a \gset
SELECT test.pay(:a) \g /dev/null
SELECT order_text(:a) AS a_no \gset
SELECT is_empty(format('SELECT * FROM test.claim(%L::timestamptz
	- interval ''1 day'')', :'now'), 'not before it is due');
SELECT results_eq(format('SELECT kind, order_no, language, recipient
	FROM notice_due(10, ''10 min'', %L)', :'now'),
	format($$VALUES ('paid', %L, 'en', 'a○○@○○.tw')$$, :'a_no'),
	'one is due, its recipient masked');
SELECT is((test.notice(:a, 'paid')).epoch, 0, 'a look claims nothing');
SELECT results_eq(format('SELECT order_no, kind, name, email, language, amount,
	epoch, tries, happened_at FROM notice_claim(10, ''10 min'', %L)', :'now'),
	format($$VALUES (%L, 'paid', '游錫堃', 'a@example.tw', 'en', 228, 1, 0,
		taipei_time(%L))$$, :'a_no', (test.notice(:a, 'paid')).due_at),
	'a claim tells what the mail says');
SELECT is_empty(format('SELECT * FROM test.claim(%L::timestamptz
	+ interval ''9 min'')', :'now'), 'it is ours for as long as it lasts');
SELECT results_eq(format('SELECT * FROM test.claim(%L::timestamptz
	+ interval ''10 min'')', :'now'), ARRAY[:'a_no' || ' paid ours 2'],
	'then another one takes it');
SELECT is(test.outcome(:a, 'paid', 'sent', '250', :'now', 1), '0 0',
	'whoever lost it settles nothing');
SELECT is(test.outcome(:a, 'paid', 'sent', '250', :'now'), '1 0',
	'whoever has it does');
SELECT is(test.state(:a, 'paid'), 'sent 250 1', 'it is sent');
SELECT is(test.outcome(:a, 'paid', 'refused', '550', :'now'), '0 0', 'for good');

-- Failures ---------------------------------------------------------------------------

SELECT test.apply(2, :'now') AS b \gset
SELECT test.pay(:b) \g /dev/null
SELECT test.claim(:'now') \g /dev/null
SELECT is(test.outcome(:b, 'paid', 'released', NULL, :'now'), '1 0',
	'not tried: given back');
SELECT is(test.state(:b, 'paid'), 'due 0', 'which costs it nothing');
SELECT isnt_empty(format('SELECT * FROM test.claim(%L::timestamptz
	+ interval ''1 min'')', :'now'), 'and is due again');
SELECT is(test.outcome(:b, 'paid', 'later', '450', :'now'), '1 0', 'not now');
SELECT is(test.state(:b, 'paid'), 'due 450 1', 'is one try');
SELECT is_empty(format('SELECT * FROM test.claim(%L::timestamptz
	+ interval ''59 s'')', :'now'), 'the next one after a while');
SELECT isnt_empty(format('SELECT * FROM test.claim(%L::timestamptz
	+ interval ''1 min'')', :'now'), 'and not later');
SELECT is(test.outcome(:b, 'paid', 'later', '451', :'now'::timestamptz
	+ interval '3 days'), '1 1', 'after three days that is enough');
SELECT is(test.state(:b, 'paid'), 'failed gave_up 451 2', 'and is said so');
SELECT results_eq(format('SELECT kind, reason, order_no FROM exception_list(
	''mail'', false, 10) WHERE order_no = %L', order_text(:b)),
	format($$VALUES ('mail', 'gave_up', %L)$$, order_text(:b)),
	'on the worklist');
SELECT matches(test.attempt(format('SELECT notice_retry(%s, ''op'', ''x'')',
	(test.notice(:a, 'paid')).notice_id)), '^RC079 notice \d+ is sent',
	'what was sent is not sent again');
SELECT matches(test.attempt('SELECT notice_retry(0, ''op'', ''x'')'),
	'^RC079 there is no', 'nor what is not there');
SELECT (test.notice(:b, 'paid')).mark AS mark,
	(test.notice(:b, 'paid')).notice_id AS number \gset
SELECT notice_retry(:number, 'op', 'wrong filter', :'now') \g /dev/null
SELECT is(test.state(:b, 'paid'), 'due 0', 'what failed is, by hand');
SELECT isnt((test.notice(:b, 'paid')).mark, :'mark', 'as a new mail');
SELECT is_empty('SELECT FROM exception WHERE kind = ''mail''
	AND closed_at IS NULL', 'and is off the worklist');
SELECT results_eq(format('SELECT act, actor, reason FROM operator_act
	WHERE subject = %L', order_text(:b)),
	$$VALUES ('retry notice', 'op', 'wrong filter')$$, 'on record');
SELECT is((SELECT happened_at FROM notice_preview(:b, 'paid', 'op', 'x')),
	(SELECT taipei_time(h.at) FROM order_history h
		WHERE h.order_no = :b AND h.event = 'paid'),
	'it tells when it was, not when it was asked for');
SELECT test.claim(:'now') \g /dev/null
SELECT is(test.outcome(:b, 'paid', 'refused', '550 5.1.1', :'now'), '1 1',
	'never');
SELECT is(test.state(:b, 'paid'), 'failed refused 550 5.1.1 1', 'at once');

-- Bounces ----------------------------------------------------------------------------

SELECT (test.notice(:a, 'paid')).mark AS mark,
	(test.notice(:a, 'paid')).notice_id AS number \gset
SELECT is(notice_bounce(:number, gen_random_uuid(), '5.1.1', :'now'), 'unknown',
	'a number alone is not enough');
SELECT is(notice_bounce(:number, :'mark', '5.1.1', :'now'), 'bounced',
	'a mail that came back');
SELECT is(test.state(:a, 'paid'), 'bounced bounced 5.1.1 1', 'is known as such');
SELECT is(notice_bounce(:number, :'mark', '5.1.1', :'now'), 'known', 'once');
SELECT results_eq(format('SELECT reason FROM exception WHERE subject = %L
	AND kind = ''mail'' AND closed_at IS NULL', :'number'),
	ARRAY['bounced'], 'on the worklist');
SELECT lives_ok(format('SELECT exception_close(exception_id, ''op'', ''told by ''
	''phone'') FROM exception WHERE subject = %L AND closed_at IS NULL',
	:'number'), 'and off it, when the holder was told another way');

-- What is not so any more ---------------------------------------------------------------

SELECT test.clear(:'now') \g /dev/null
SELECT test.apply(3, :'now') AS c \gset
SELECT test.apply(4, :'now') AS d \gset
SELECT test.apply(5, :'now') AS e \gset
SELECT is(remind_due('48 hours', 100, :'now'), 3, 'three reminders');
SELECT hold_order(:d, 'op', 'looked into') \g /dev/null
SELECT test.pay(:e) \g /dev/null
SELECT set_eq(format('SELECT * FROM test.claim(%L)', :'now'), ARRAY[
	order_text(:c) || ' reminder ours 1',
	order_text(:d) || ' reminder held 0',
	order_text(:e) || ' reminder overtaken 0',
	order_text(:e) || ' paid ours 1'],
	'of one that is held: not now; of one that is paid: never');
SELECT is(test.state(:e, 'reminder'), 'moot overtaken 0', 'with the reason');
SELECT is(test.state(:d, 'reminder'), 'due 0', 'waits');
SELECT release_order(:d, 'op', 'all well') \g /dev/null
SELECT ok(EXISTS (SELECT FROM test.claim(:'now'::timestamptz
		+ interval '5 min') AS c WHERE c = order_text(:d)
		|| ' reminder ours 1'), 'until it is released');
SELECT pay_by AS pay_by FROM orders WHERE order_no = :c \gset
SELECT ok(EXISTS (SELECT FROM test.claim(:'pay_by'::timestamptz
		- interval '10 min') AS c WHERE c = order_text(:c)
		|| ' reminder too_late 1'),
	'no claim lasts beyond the deadline, from which on it may be purged');
-- Control: a moment before, it would be ours.
UPDATE notice SET state = 'due', reason = NULL, ended_at = NULL
	WHERE order_no = :c;
SELECT ok(EXISTS (SELECT FROM test.claim(:'pay_by'::timestamptz
		- interval '10 min 1 s') AS c WHERE c = order_text(:c)
		|| ' reminder ours 2'), 'control: before that it is ours');

SELECT set_eq(format('SELECT k.kind || '' '' || s.status
	FROM unnest(ARRAY[''paid'', ''mailed'', ''returned'', ''closed''])
		AS k (kind), unnest(ARRAY[''mailed'', ''delivered'', ''closed'']
		::order_status[]) AS s (status)
	WHERE notice_moot(k.kind, false, true, s.status, false, %L, %L, %L)
		IS NULL', :'now', :'now', :'now'),
	ARRAY['paid mailed', 'paid delivered', 'paid closed', 'mailed mailed',
		'closed mailed', 'closed delivered', 'closed closed'],
	'where an order stands decides what is still told');
SELECT is(notice_moot('mailed', true, true, 'mailed', false, :'now', :'now',
	:'now'), 'overtaken', 'of two letters the last is told');
SELECT is(notice_moot('produced', false, true, 'produced', true, :'now', :'now',
	:'now'), NULL, 'what happened is told of held orders too');

-- Purged -------------------------------------------------------------------------------

SELECT test.clear(:'now') \g /dev/null
SELECT test.apply(6, :'now') AS f \gset
SELECT remind_due('48 hours', 100, :'now') \g /dev/null
SAVEPOINT gone;
SET LOCAL session_replication_role = replica;
DELETE FROM applicant WHERE order_no = :f;
SET LOCAL session_replication_role = origin;
SELECT ok(EXISTS (SELECT FROM notice_claim(100, '10 min', :'now') c
	WHERE c.moot = 'no_applicant' AND c.email IS NULL),
	'nobody is written to whose data is gone');
ROLLBACK TO gone;
SELECT isnt_empty(format('SELECT * FROM test.claim(%L)', :'now'),
	'control: with it there is mail');

-- A look, and the servers -----------------------------------------------------------------

SELECT results_eq(format('SELECT notice_id > 0, order_no, email FROM
	notice_preview(%s, ''paid'', ''op'', ''asked'', now())', :a),
	format($$VALUES (true, %L, 'a@example.tw')$$, :'a_no'), 'a preview');
SELECT results_eq(format('SELECT notice_id, order_no FROM
	notice_preview(%s, ''closed'', ''op'', ''asked'', now())', :a),
	format($$VALUES (0::bigint, %L)$$, :'a_no'),
	'also of what has not happened');
SELECT results_eq(format('SELECT actor, purpose FROM access_record
	WHERE order_no = %s', :a), $$VALUES ('op', 'notice preview: asked'),
	('op', 'notice preview: asked')$$, 'each is on record');
SELECT is_empty('SELECT * FROM notice_preview(99, ''paid'', ''op'', ''x'', now())',
	'none of an order that is not there');
SELECT mail_server_seen('smtp://mx:25', 'refused', :'now') \g /dev/null
SELECT mail_server_seen('smtp://mx:25', 'no answer', :'now'::timestamptz
	+ interval '2 hours') \g /dev/null
SELECT results_eq('SELECT failing_since, fault FROM mail_server',
	format($$VALUES (%L::timestamptz, 'no answer')$$, :'now'),
	'since when a server fails is kept');
SELECT mail_server_seen('smtp://mx:25', NULL, :'now') \g /dev/null
SELECT is_empty('SELECT FROM mail_server WHERE failing_since IS NOT NULL',
	'until it works');

-- What the table refuses ---------------------------------------------------------------------

SELECT matches(test.attempt(c.command), '^23514 ', c.why)
FROM (VALUES ('UPDATE notice SET kind = ''hello''', 'a kind without a mail'),
	('UPDATE notice SET state = ''sent'', sent_at = NULL', 'sent, and when not'),
	('UPDATE notice SET state = ''failed''', 'failed, and why not'),
	('UPDATE applicant SET language = ''fr''', 'a language we do not write'))
	AS c (command, why);

SELECT * FROM finish();
ROLLBACK;
