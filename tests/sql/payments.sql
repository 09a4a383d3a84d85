-- Shows that every line of a settlement file becomes a ledger row and either
-- settles its order exactly or is an exception with its reason; that files
-- and references count once; how the watermark moves; that the ledger
-- balances and cannot be changed.
BEGIN;
\ir steps.psql
SELECT no_plan();

SELECT test.apply(1) AS exact, test.apply(2) AS short, test.apply(3) AS over,
	test.apply(4) AS currency, test.apply(5) AS twice,
	test.apply(6) AS cancelled, test.apply(7) AS unreadable,
	test.apply(8) AS refunded, test.apply(9) AS odd,
	test.apply(10) AS right_after_short, test.apply(11) AS held \gset
SELECT test.apply(12, now() - interval '9 days') AS purged \gset
SELECT cancel_order(:cancelled, 'op', 'asked for') \g /dev/null
SELECT hold_order(:held, 'op', 'look at it') \g /dev/null
UPDATE payment_feed SET covered_until = now();
SELECT is(purge_due(test.key(), 10, 'purge'), 1, 'one order is purged');
UPDATE payment_feed SET covered_until = NULL;

CREATE FUNCTION test.exception(of_reference text) RETURNS text
LANGUAGE sql AS $$
	SELECT e.reason || ' ' || e.state
	FROM payment p LEFT JOIN payment_exception e USING (payment_id)
	WHERE p.reference = of_reference ORDER BY p.payment_id DESC LIMIT 1
$$;

-- One file with one line of each kind.
SELECT results_eq(format('SELECT rows, applied, exceptions, duplicate, rejected,
		missing_sequence, covered_until FROM test.settle(%L, covers => %L)',
	jsonb_build_array(
		test.line(:exact, '{"reference": "exact"}'),
		test.line(:short, '{"reference": "short", "amount": 227}'),
		test.line(:over, '{"reference": "over", "amount": 229}'),
		test.line(:currency, '{"reference": "currency", "currency": "USD"}'),
		'{"reference": "unknown", "order": "26112399999999"}'::jsonb,
		'{"reference": "no number", "order": "call me"}'::jsonb,
		test.line(:purged, '{"reference": "purged"}'),
		test.line(:cancelled, '{"reference": "cancelled"}'),
		test.line(:unreadable, '{"reference": "fault", "fault": "bad_amount",
			"kind": "unknown", "amount": 0}'),
		test.line(:refunded, '{"reference": "refund", "kind": "refund"}'),
		test.line(:refunded, '{"reference": "charge",
			"kind": "chargeback"}'),
		test.line(:odd, '{"reference": "odd", "kind": "unknown"}'),
		test.line(:twice, '{"reference": "second in file", "amount": 229}'),
		test.line(:twice, '{"reference": "first in file"}'),
		test.line(:twice, '{"reference": "third in file"}'),
		test.line(:right_after_short, '{"reference": "part",
			"amount": 100}'),
		test.line(:held, '{"reference": "held"}')),
	'2026-11-20T00:00:00Z'),
	$$VALUES (17::bigint, 17::bigint, 14::bigint, 0::bigint, 0::bigint,
		NULL::bigint, '2026-11-20T00:00:00Z'::timestamptz)$$,
	'each line of the file is booked');
SELECT is(test.exception(e.reference), e.says, format('%s: %s', e.reference,
	coalesce(e.says, 'settles')))
FROM (VALUES ('exact', NULL), ('short', 'short open'), ('over', 'over open'),
	('currency', 'currency open'), ('unknown', 'unknown_order open'),
	('no number', 'unknown_order open'),
	('purged', 'purged_order refund_due'),
	('cancelled', 'cancelled_order refund_due'),
	('fault', 'unreadable open'), ('refund', 'refund open'),
	('charge', 'chargeback open'), ('odd', 'unreadable open'),
	('first in file', NULL),
	('second in file', 'second_payment refund_due'),
	('third in file', 'second_payment refund_due'),
	('part', 'short open'), ('held', NULL)) AS e (reference, says);
SELECT set_eq('SELECT order_no, p.reference FROM settled_payment
		JOIN payment p USING (payment_id)',
	format('VALUES (%s, ''exact''), (%s, ''first in file''), (%s, ''held'')',
		:exact, :twice, :held), 'the exact ones settle their orders');
SELECT set_eq('SELECT order_no FROM orders WHERE status = ''paid''',
	ARRAY[:exact, :twice, :held], 'and those are paid, the held one too');
SELECT is(test.status(o), 'unpaid', 'the others are not')
FROM unnest(ARRAY[:short, :over, :currency, :unreadable, :refunded, :odd,
	:right_after_short]) AS o;
SELECT results_eq(format('SELECT p.order_ref, p.amount, p.currency, p.kind,
		p.fault, p.source, p.line, p.channel FROM payment p
		WHERE p.reference = ''fault'''),
	format('VALUES (%L, 0::bigint, ''TWD'', ''unknown'', ''bad_amount'',
		''settlement'', 10::bigint, ''atm'')', order_text(:unreadable)),
	'a faulty line is in the ledger as it came');
SELECT results_eq('SELECT order_no FROM payment_exception
		JOIN payment USING (payment_id)
		WHERE reference IN (''unknown'', ''purged'') ORDER BY reference',
	format('VALUES (%s), (NULL)', :purged),
	'an exception names its order, if there is one');
SELECT results_eq('SELECT line, code FROM import_remarks((SELECT import_id
		FROM import WHERE kind = ''settlement''))',
	$$VALUES (3::bigint, 'short'), (4, 'over'), (5, 'currency'),
	(6, 'unknown_order'), (7, 'unknown_order'), (8, 'purged_order'),
	(9, 'cancelled_order'), (10, 'unreadable'), (11, 'refund'),
	(12, 'chargeback'), (13, 'unreadable'), (14, 'second_payment'),
	(16, 'second_payment'), (17, 'short')$$, 'remarks tell line and reason');
SELECT results_eq(format('SELECT event, actor, detail FROM order_history
		WHERE order_no = %s AND move_no = 1', :exact),
	$$VALUES ('paid', 'payment',
		'{"file": "settlement.csv", "channel": "atm"}'::jsonb)$$,
	'the history says from which file');
SELECT results_eq(format('SELECT kind FROM notice WHERE order_no = %s', :exact),
	$$VALUES ('paid')$$, 'and the payer is told');

-- More files -------------------------------------------------------------------------

SELECT test.settle(jsonb_build_array(
	test.line(:exact, '{"reference": "second file"}'),
	test.line(:right_after_short, '{"reference": "rest"}')),
	of_channel => 'credit') \g /dev/null
SELECT is(test.exception('second file'), 'second_payment refund_due',
	'a second payment in another file and channel');
SELECT is(test.exception('rest'), NULL,
	'a right payment after a short one settles');
SELECT is(test.status(:right_after_short), 'paid', 'and the order is paid');

SELECT results_eq(format('SELECT applied, exceptions, duplicate, rejected
		FROM test.settle(%L)', jsonb_build_array(
		test.line(:exact, '{"reference": "exact"}'),
		test.line(:short, '{"reference": "exact"}'),
		test.line(:exact, '{"reference": "exact", "amount": 1}'),
		test.line(:exact, '{"reference": "exact", "currency": "USD"}'))),
	$$VALUES (3::bigint, 3::bigint, 1::bigint, 0::bigint)$$,
	'a reference again: the same payment, or one that differs');
SELECT results_eq('SELECT variant, order_ref, amount, currency, reason, state
		FROM payment LEFT JOIN payment_exception USING (payment_id)
		WHERE reference = ''exact'' ORDER BY variant',
	format('VALUES (0, %1$L, 228::bigint, ''TWD'', NULL, NULL),
		(1, %2$L, 228, ''TWD'', ''differs'', ''open''),
		(2, %1$L, 1, ''TWD'', ''differs'', ''open''),
		(3, %1$L, 228, ''USD'', ''differs'', ''open'')',
		order_text(:exact), order_text(:short)),
	'which is booked beside it, and on the worklist');
SELECT results_eq(format('SELECT applied, duplicate FROM test.settle(%L)',
	jsonb_build_array(test.line(:short, '{"reference": "line twice"}'),
		test.line(:short, '{"reference": "line twice"}'))),
	$$VALUES (1::bigint, 1::bigint)$$, 'a line twice in one file');
SELECT results_eq(format('SELECT applied, exceptions FROM test.settle(%L)',
	jsonb_build_array(test.line(:exact, '{"reference": "exact",
		"kind": "refund"}'))), $$VALUES (1::bigint, 1::bigint)$$,
	'the refund of a payment has its reference and is another row');
SELECT is(test.status(:exact), 'paid', 'and moves nothing');

SELECT count(*) AS payments, (SELECT count(*) FROM import) AS imports
FROM payment \gset
SELECT results_eq(format('SELECT applied, exceptions FROM test.settle(%L,
		of_channel => ''credit'', digest => repeat(''a'', 64))',
	jsonb_build_array(test.line(:over, '{"reference": "c3"}'))),
	$$VALUES (1::bigint, 0::bigint)$$, 'a file');
SELECT results_eq(format('SELECT import_id, rows, applied FROM test.settle(%L,
		of_channel => ''credit'', digest => repeat(''a'', 64))',
	jsonb_build_array(test.line(:over, '{"reference": "c3"}'))),
	'VALUES (NULL::bigint, NULL::bigint, NULL::bigint)',
	'the same file again');
SELECT is((SELECT count(*) FROM payment), :payments + 1::bigint,
	'books nothing');
SELECT is((SELECT count(*) FROM import), :imports + 1::bigint,
	'and is no second import');

SELECT matches(test.attempt(format('SELECT test.settle(%L, of_sequence => 1)',
	jsonb_build_array(test.line(:short, '{"reference": "again"}')))),
	'^RC030 sequence_used: sequence 1 of channel atm',
	'a sequence number of another file');
SELECT matches(test.attempt('SELECT test.settle(''[]'', of_channel => '
	'''paypal'', of_sequence => 1)'), '^RC030 unknown_channel',
	'a channel that is not ours');
SELECT is((SELECT count(*) FROM payment WHERE reference = 'again'), 0::bigint,
	'nothing of a refused file is booked');

-- The watermark -----------------------------------------------------------------------

INSERT INTO payment_feed (channel, display) VALUES ('store', '超商');
INSERT INTO product VALUES ('store_card', 'x', '2 days', 'hours', 60, 5, 3);
INSERT INTO product_feed VALUES ('store_card', 'store');
SELECT is(watermark('store_card'), NULL, 'a feed that never spoke covers nothing');
CREATE FUNCTION test.cover(n bigint, until text, OUT missing bigint,
	OUT covered timestamptz) LANGUAGE sql AS $$
	SELECT missing_sequence, covered_until FROM test.settle('[]', 'store', n,
		until::timestamptz)
$$;
SELECT results_eq(format('SELECT * FROM test.cover(%s, %L)', f.n, f.until),
	format('VALUES (%L::bigint, %L::timestamptz)', f.missing, f.covered),
	format('file %s until %s: %s', f.n, f.until, f.says))
FROM (VALUES (2, '2026-11-02Z', 1, NULL, 'the first is missing'),
	(1, '2026-11-01Z', NULL, '2026-11-02Z', 'both count'),
	(3, '2026-11-03Z', NULL, '2026-11-03Z', 'the next'),
	(5, '2026-11-05Z', 4, '2026-11-03Z', 'a gap stops it'),
	(6, '2026-11-06Z', 4, '2026-11-03Z', 'still'),
	(8, '2026-11-08Z', 4, '2026-11-03Z', 'a second gap'),
	(4, '2026-11-04Z', 7, '2026-11-06Z', 'filled: up to the second gap'),
	(7, '2026-11-01Z', NULL, '2026-11-08Z', 'filled: up to the end'),
	(9, '2026-11-05Z', NULL, '2026-11-08Z', 'it never goes back'))
	AS f (n, until, missing, covered, says);
SELECT is(watermark('store_card'), '2026-11-08Z'::timestamptz,
	'the watermark of a product with one feed');
INSERT INTO product_feed VALUES ('store_card', 'atm');
UPDATE payment_feed SET covered_until = '2026-11-07Z' WHERE channel = 'atm';
SELECT is(watermark('store_card'), '2026-11-07Z'::timestamptz,
	'with two it is the lesser');
UPDATE payment_feed SET covered_until = NULL WHERE channel = 'atm';
SELECT is(watermark('store_card'), NULL, 'and none while one is silent');
SELECT is(watermark('passport'), NULL, 'nor without a feed');

-- The ledger ------------------------------------------------------------------------------

SELECT test.freeze() \g /dev/null
SELECT test.make(test.send_batch()) \g /dev/null
SELECT results_eq('SELECT currency, payments, received, refunded, refund_due,
		in_progress, fulfilled, accounted FROM ledger ORDER BY currency',
	$$VALUES ('TWD', 18::bigint, 3749::numeric, 0::numeric, 2381::numeric,
		228::numeric, 1140::numeric, 3749::numeric),
	('USD', 1, 228, 0, 228, 0, 0, 228)$$, 'each dollar is somewhere');
SELECT is_empty('SELECT * FROM ledger WHERE received <> refunded + refund_due
	+ in_progress + fulfilled', 'received = refunded + refund due + in '
	'progress + fulfilled');
UPDATE payment_exception SET state = 'refunded', closed_at = now(),
	closed_by = 'op', refund_reference = 'r'
	WHERE reason = 'second_payment';
SELECT is_empty('SELECT * FROM ledger WHERE received <> refunded + refund_due
	+ in_progress + fulfilled', 'also after refunds');
SELECT is((SELECT refunded FROM ledger WHERE currency = 'TWD'), 685::numeric,
	'which it shows');
SELECT matches(test.attempt(format('UPDATE payment_exception SET %s
	WHERE reason = ''short''', c.change)), '^23514 ',
	'an exception cannot be half closed: ' || c.change)
FROM (VALUES ('state = ''refunded'''), ('closed_at = now()'),
	('state = ''gone''')) AS c (change);

-- Written once ------------------------------------------------------------------------------

INSERT INTO access_record (at, actor, order_no, purpose)
	VALUES (now(), 'x', 1, 'x');
SELECT matches(test.attempt(format(c.command, t.name)), '^RC020 ',
	format(c.command, t.name))
FROM (VALUES ('payment', 'UPDATE %s SET payment_id = DEFAULT', 1),
	('settled_payment', 'UPDATE %s SET settled_at = now()', 1),
	('order_history', 'UPDATE %s SET actor = ''x''', 1),
	('purge_record', 'UPDATE %s SET actor = ''x''', 1),
	('access_record', 'UPDATE %s SET actor = ''x''', 1),
	('operator_act', 'UPDATE %s SET actor = ''x''', 1)) AS t (name, change, n),
	LATERAL (VALUES (t.change), ('DELETE FROM %s'), ('TRUNCATE %s CASCADE'))
		AS c (command);
SELECT matches(test.attempt(c.command), '^RC020 ', c.command)
FROM (VALUES ('DELETE FROM payment_exception'),
	('TRUNCATE payment_exception')) AS c (command);
SAVEPOINT control;
ALTER TABLE operator_act DISABLE TRIGGER ledger;
SELECT is(test.attempt('UPDATE operator_act SET actor = ''x'''), 'done',
	'control: without the trigger it can be changed');
ROLLBACK TO control;

SELECT is_empty('SELECT * FROM verify()', 'all invariants hold');
SELECT * FROM finish();
ROLLBACK;
