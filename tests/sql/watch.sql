-- Shows what those see who look after the belt: shape and flow.
BEGIN;
\ir steps.psql
SELECT no_plan();

-- Every clock here is the transaction's, so the time that a function is told
-- is what passes.
SELECT test.apply(1) AS a, test.apply(2) AS b, test.apply(3) AS c \gset
SELECT results_eq($$SELECT under_1h, under_1d, orders FROM shape()
	WHERE status = 'unpaid'$$, 'VALUES (3::bigint, 0::bigint, 3::bigint)',
	'all are young');
SELECT results_eq($$SELECT under_1h, under_4d, older, orders
	FROM shape(now() + interval '3 days') WHERE status = 'unpaid'$$,
	'VALUES (0::bigint, 3::bigint, 0::bigint, 3::bigint)',
	'three days on they are not');
SELECT results_eq($$SELECT older, orders
	FROM shape(now() + interval '16 days') WHERE status = 'unpaid'$$,
	'VALUES (3::bigint, 3::bigint)', 'sixteen days is older');
SELECT set_eq('SELECT status FROM shape()',
	'SELECT status::text FROM order_state WHERE NOT ends',
	'a row each status where an order can stand');
SELECT is((SELECT sum(orders) FROM shape(now() - interval '1 hour')),
	3::numeric, 'what moved after the moment is young, not lost');

SELECT test.pay(:a, :b) \g /dev/null
SELECT results_eq($$SELECT status, arrived, left_it, orders
	FROM flow(now() - interval '1 s') WHERE status IN ('unpaid', 'paid')$$,
	$$VALUES ('unpaid', 3::bigint, 2::bigint, 1::bigint),
	('paid', 2, 0, 2)$$, 'what came and went since');
SELECT is((SELECT sum(arrived) FROM flow(clock_timestamp())), 0::numeric,
	'nothing came since now');
SELECT open_exception('batch', NULL, 'main', 'stopped', now()) \g /dev/null
SELECT results_eq($$SELECT arrived, left_it, orders
	FROM flow(now() - interval '1 s') WHERE status = 'exceptions'$$,
	'VALUES (1::bigint, NULL::bigint, 1::bigint)', 'worklists too');

SELECT * FROM finish();
ROLLBACK;
