-- Operators: who may do what on the console, each act by its own function, and
-- what is counted for the metrics.
BEGIN;
\ir steps.psql
SELECT no_plan();

CREATE FUNCTION test.identity(who text) RETURNS text LANGUAGE sql AS $$
	SELECT encode(sha256(who::bytea), 'hex')
$$;
CREATE FUNCTION test.let_in(who text, of_role text,
	by_whom text DEFAULT 'boss', starts timestamptz DEFAULT now(),
	ends timestamptz DEFAULT now() + interval '1 year') RETURNS void
LANGUAGE sql AS $$
	SELECT operator_add(who, test.identity(who), of_role, starts, ends,
		by_whom, 'test')
$$;

-- Who lets whom in ---------------------------------------------------------------

SELECT throws_ok($$SELECT test.let_in('vera', 'viewer')$$, 'RC075', NULL,
	'the first operator is no viewer');
SELECT lives_ok($$SELECT test.let_in('boss', 'supervisor')$$,
	'but a supervisor, whoever names him');
SELECT throws_ok($$SELECT test.let_in('eve', 'supervisor', 'eve')$$, 'RC075',
	'eve is no supervisor', 'from then on nobody names himself');
SELECT test.let_in('vera', 'viewer'), test.let_in('otto', 'operator'),
	test.let_in('anna', 'auditor');
SELECT throws_ok($$SELECT test.let_in('eve', 'viewer', 'otto')$$, 'RC075',
	'otto is no supervisor', 'an operator lets nobody in');
SELECT throws_ok($$SELECT operator_add('eve', test.identity('otto'), 'viewer',
	now(), now() + interval '1 day', 'boss', 'test')$$, 'RC075',
	'another operator has that certificate', 'a card is one person''s');
SELECT throws_ok($$SELECT operator_remove('otto', 'vera', 'test')$$, 'RC075',
	'vera is no supervisor', 'nor does a viewer take somebody out');
SELECT throws_ok($$SELECT operator_remove('nobody', 'boss', 'test')$$, 'RC075',
	NULL, 'who is not there cannot be taken out');
SELECT throws_ok($$SELECT test.let_in('Mei Lin', 'viewer')$$, '23514', NULL,
	'a name is a login name');
SELECT test.let_in('later', 'operator', 'boss', now() + interval '1 hour');
SELECT is((SELECT count(*) FROM operator_in_force(test.identity('later'))),
	0::bigint, 'one whose time has not come is not in force');
SELECT is((SELECT role FROM operator_in_force(test.identity('later'),
	now() + interval '2 hours')), 'operator', 'but then he is');
SELECT is((SELECT count(*) FROM operator_in_force(test.identity('later'),
	now() + interval '1 year')), 0::bigint, 'to the end of his time');
SELECT operator_add('otto', test.identity('otto''s new card'), 'operator',
	now(), now() + interval '1 year', 'boss', 'new card');
SELECT is((SELECT count(*) FROM operator_in_force(test.identity('otto'))),
	0::bigint, 'a new card ends the former one');
SELECT operator_add('otto', test.identity('otto'), 'operator', now(),
	now() + interval '1 year', 'boss', 'found it');

-- Every role and every act -------------------------------------------------------

SELECT is((SELECT array_agg(DISTINCT role ORDER BY role) FROM console_right
	WHERE act NOT IN ('view', 'search', 'audit')),
	'{operator,supervisor}', 'viewers and auditors change nothing');
SELECT set_eq($$SELECT act FROM console_right WHERE role = 'supervisor'
	EXCEPT SELECT act FROM console_right WHERE role = 'operator'$$,
	$$VALUES ('audit'), ('approve'), ('line_resume'), ('resume')$$,
	'what is a supervisor''s alone');
SELECT is_empty($$SELECT act FROM console_right WHERE role = 'operator'
	EXCEPT SELECT act FROM console_right WHERE role = 'supervisor'$$,
	'who may do all else');
SELECT is((SELECT allowed FROM console_authorise(test.identity(p.name), a.act,
		'7')), EXISTS (SELECT FROM console_right r
		WHERE (r.act, r.role) = (a.act, p.role)),
	format('%s: %s', p.role, a.act))
FROM (SELECT DISTINCT act FROM console_right UNION VALUES ('explode')) AS a,
	(VALUES ('vera', 'viewer'), ('otto', 'operator'),
	('boss', 'supervisor'), ('anna', 'auditor'), ('eve', NULL))
	AS p (name, role)
ORDER BY p.name, a.act;
SELECT is((SELECT count(*) FROM console_refusal WHERE operator IS NULL),
	1::bigint, 'a stranger fills no table');
SELECT is((SELECT times FROM console_refusal WHERE operator IS NULL),
	(SELECT count(DISTINCT act) + 1 FROM console_right),
	'though each of his tries is counted');
SELECT is((SELECT count(*) FROM console_refusal WHERE operator = 'vera'),
	(SELECT count(DISTINCT act) - 1 FROM console_right),
	'of an operator each act and subject is known');

-- Acts: not allowed, nothing happens; allowed, the very function is called --------

SELECT test.apply(1) AS held \gset
SELECT is_empty(format($$SELECT * FROM console_act(test.identity('vera'),
	'hold', '{%s}', 'test')$$, :held), 'a viewer holds nothing');
SELECT is((SELECT held FROM orders WHERE order_no = :held), false,
	'and the order is not held');
SELECT results_eq(format($$SELECT subject, refused FROM console_act(
	test.identity('otto'), 'hold', '{%s}', 'call back')$$, :held),
	format($$VALUES ('%s', NULL::text)$$, :held), 'an operator does');
SELECT is((SELECT (actor, act, reason)::text FROM operator_act
	ORDER BY act_id DESC LIMIT 1), '(otto,hold,"call back")',
	'in his name');
SELECT is((SELECT refused FROM console_act(test.identity('otto'), 'hold',
	ARRAY[order_text(:held)], 'again')), 'RC020',
	'what the function refuses is refused');
SELECT test.apply(7) AS other \gset
SELECT results_eq(format($$SELECT subject, refused, says <> ''
	FROM console_act(test.identity('otto'), 'hold', '{%2$s,%1$s,%2$s}',
	'both')$$, order_text(:held), order_text(:other)),
	format($$SELECT * FROM (VALUES ('%s', 'RC020', true),
		('%s', NULL, NULL)) AS v ORDER BY 1$$, order_text(:held),
		order_text(:other)),
	'of several each is done once, or says why not');
SELECT is((SELECT count(*) FROM operator_act WHERE reason = 'both'), 1::bigint,
	'and what was refused is no act');
-- A form is done once; one by which nothing was done can be sent again.
SELECT repeat('ab', 16) AS form \gset
SELECT is((SELECT refused FROM console_act(test.identity('otto'), 'hold',
	ARRAY[order_text(:other)], 'x', form => :'form')), 'RC020',
	'refused, by a form');
SELECT is((SELECT refused FROM console_act(test.identity('otto'), 'release',
	ARRAY[order_text(:other)], 'x', form => :'form')), NULL,
	'which can be corrected');
SELECT throws_ok(format($$SELECT console_act(test.identity('otto'), 'hold',
	ARRAY[order_text(%s)], 'x', form => '%s')$$, :other, :'form'), 'RC075',
	'that form was sent before, and done', 'and is done once');
SELECT is((SELECT refused FROM console_act(test.identity('otto'), 'hold',
	ARRAY[order_text(:other)], 'x')), NULL, 'by another it is');

SELECT throws_ok($$SELECT console_act(test.identity('otto'), 'hold',
	array_fill('7'::text, '{201}'), 'x')$$, 'RC075', NULL,
	'not too many at once');
SELECT throws_ok($$SELECT console_act(test.identity('otto'), 'hold', '{}',
	'x')$$, 'RC075', NULL, 'nor none');
SELECT throws_ok(format($$SELECT console_act(test.identity('otto'),
	'payment_matched', '{7}', 'x', '{"order_no": "x"}')$$, :held), '22P02',
	NULL, 'what is no refusal of ours is an error');
SELECT is((SELECT count(refused) FROM console_act(test.identity('otto'),
	'release', ARRAY[order_text(:held), order_text(:other)], 'done')),
	0::bigint, 'released');
SELECT is((SELECT count(refused) FROM console_act(test.identity('otto'),
	'cancel', ARRAY[order_text(:held)], 'asked')), 0::bigint, 'cancelled');
SELECT is((SELECT refused FROM console_act(test.identity('otto'), 'view',
	ARRAY[order_text(:held)], 'x')), 'RC075',
	'to look is nothing that is done');

-- Days that no order number can tell.
SELECT results_eq($$SELECT first_order_of(d) FROM unnest('{1970-01-01,
	2026-11-29, 2100-01-01, NULL}'::date[]) AS d$$, $$VALUES
	(10100000000::bigint), (26112900000000), (99123100000000), (NULL)$$,
	'a day before them, one of them, one after, none');

-- Personal data ----------------------------------------------------------------------

SELECT test.apply(2) AS seen \gset
SELECT throws_ok(format($$SELECT * FROM console_reveal(test.identity('anna'),
	%s, 'curious')$$, :seen), 'RC075', NULL, 'is not for an auditor');
SELECT is((SELECT value FROM console_reveal(test.identity('otto'), :seen,
	'calls') WHERE name = 'name'), '王小明', 'it is for an operator');
SELECT results_eq('SELECT actor, order_no, purpose FROM access_record',
	format($$VALUES ('otto', %s::bigint, 'console: calls')$$, :seen),
	'who is on record');
SELECT is((SELECT array_agg(order_no) FROM console_search(test.identity('vera'),
	test.card(2))), ARRAY[order_text(:seen)], 'found by its card');
SELECT is((SELECT count(*) FROM access_record WHERE actor = 'vera'), 1::bigint,
	'which is on record too');
SELECT is((SELECT found_by FROM console_search(test.identity('vera'),
	order_text(:seen))), 'order_no', 'found by its number');
SELECT is((SELECT count(*) FROM console_search(test.identity('eve'),
	order_text(:seen))), 0::bigint, 'a stranger finds nothing');
SELECT isnt_empty($$SELECT * FROM console_audit(test.identity('anna'), 'acts',
	NULL, NULL, NULL, NULL, 10)$$, 'an auditor reads the acts');
SELECT is_empty($$SELECT * FROM console_audit(test.identity('otto'), 'acts',
	NULL, NULL, NULL, NULL, 10)$$, 'an operator does not');
SELECT is((SELECT array_agg(key ORDER BY key DESC) FROM (
	SELECT key FROM console_audit(test.identity('anna'), 'acts', NULL,
	NULL, NULL, NULL, 2)
	UNION ALL SELECT key FROM console_audit(test.identity('anna'), 'acts',
		NULL, NULL, NULL, (SELECT min(key) FROM console_audit(test.identity('anna'),
		'acts', NULL, NULL, NULL, NULL, 2)), 1000)) AS k),
	(SELECT array_agg(act_id ORDER BY act_id DESC) FROM operator_act),
	'page by page none is lost or told twice');

-- Counting -------------------------------------------------------------------------

SELECT is((SELECT sum(orders) FROM moves_counted
	WHERE (from_status, to_status) = ('', 'unpaid')), 3::numeric,
	'applications are counted');
SELECT is((SELECT sum(orders) FROM moves_counted
	WHERE (from_status, to_status) = ('unpaid', 'cancelled')), 1::numeric,
	'and moves');
CREATE TEMPORARY TABLE before AS SELECT day, from_status, to_status,
	sum(orders) FROM moves_counted GROUP BY 1, 2, 3;
SELECT is(roll_moves(2), 2::bigint, 'added up, a few at a time');
SELECT is(roll_moves(1000), 2::bigint, 'to the last');
SELECT is(roll_moves(1000), 0::bigint, 'and then none');
SELECT results_eq('SELECT day, from_status, to_status, sum(orders)
	FROM moves_counted GROUP BY 1, 2, 3 ORDER BY 1, 2, 3',
	'SELECT * FROM before ORDER BY 1, 2, 3', 'nothing is counted twice');
SELECT results_eq('SELECT status, orders FROM console_belt()
	WHERE orders > 0', $$VALUES ('unpaid', 2::bigint),
	('cancelled', 1)$$, 'what stands where');
SELECT results_eq($$SELECT s.status, s.orders FROM stage_sums() AS s$$,
	$$SELECT s.status::text, count(o.order_no) FROM order_state s
	LEFT JOIN orders o USING (status) GROUP BY s.status ORDER BY s.status$$,
	'the same as counting them all');
SELECT is((SELECT over FROM console_belt(now() + interval '6 days')
	WHERE status = 'unpaid'), true, 'late when its target has passed');
SELECT is((SELECT array[in_today, out_today] FROM console_belt()
	WHERE status = 'unpaid'), '{3,1}', 'what moved today');
SELECT is_empty($$SELECT name, labels FROM metrics() GROUP BY 1, 2
	HAVING count(*) > 1$$, 'a series is told once');
SELECT verify_record('{I1,I3,I3}');
SELECT is((SELECT value FROM metrics() WHERE name
	= 'recard_invariant_violations' AND labels ->> 'invariant' = 'I3'),
	2::float8, 'what the last verification found');
SELECT verify_record('{}');
SELECT is((SELECT sum(value) FROM metrics()
	WHERE name = 'recard_invariant_violations'), 0::float8,
	'the next one finds nothing');
SELECT is((SELECT count(*) FROM metrics()
	WHERE name = 'recard_last_success_timestamp_seconds'
		AND labels ->> 'job' = 'verify'), 1::bigint, 'and when it was');
SELECT job_succeeded('test', now() + interval '30 seconds'),
	job_succeeded('test', now());
SELECT is((SELECT at FROM job_success WHERE job = 'test'),
	now() + interval '30 seconds', 'a success does not go back');

SELECT finish();
ROLLBACK;
