-- Shows that notices are stored once, counted when they come again, and
-- booked whatever they say; that notice and settlement line of one payment
-- meet in the ledger in either order; what hints, stale and simulated
-- notices, refunds and chargebacks do; and that noise is bounded.
BEGIN;
\ir steps.psql
SELECT no_plan();

CREATE FUNCTION test.book() RETURNS text LANGUAGE sql AS $$
	SELECT format('%s: %s settled, %s exceptions, %s noted, %s duplicate',
		booked, settled, exceptions, noted, duplicate)
	FROM book_notices(1000, 'payment')
$$;
CREATE FUNCTION test.exception(of_reference text, of_kind text DEFAULT 'paid')
RETURNS text LANGUAGE sql AS $$
	SELECT coalesce(e.reason || ' ' || e.state, 'none')
	FROM payment p LEFT JOIN payment_exception e USING (payment_id)
	WHERE p.reference = of_reference AND p.kind = of_kind
	ORDER BY p.payment_id DESC LIMIT 1
$$;
CREATE FUNCTION test.match(of_reference text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(match, ' ' ORDER BY variant) FROM payment_match
	WHERE reference = of_reference AND kind = 'paid'
$$;
SELECT test.apply(1) AS a, test.apply(2) AS b, test.apply(3) AS c,
	test.apply(4) AS d, test.apply(5) AS e, test.apply(6) AS f,
	test.apply(7) AS g, test.apply(8) AS h, test.apply(9) AS i,
	test.apply(10) AS j, test.apply(11) AS k,
	test.apply(12, now() - interval '9 days') AS purged \gset
UPDATE payment_feed SET covered_until = now();
SELECT is(purge_due(test.key(), 10, 'purge'), 1, 'one order is purged');
UPDATE payment_feed SET covered_until = NULL;

-- Receiving ---------------------------------------------------------------------

SELECT is(test.notify(test.line(:a, '{"reference": "n1", "body": "one"}'),
	test.line(:a, '{"reference": "n1", "body": "one"}'),
	test.line(:a, '{"reference": "n1", "body": "one"}')), 1::bigint,
	'the same notice three times in one batch is stored once');
SELECT is(test.notify(test.line(:a, '{"reference": "n1", "body": "one"}')),
	0::bigint, 'and again later not at all');
SELECT is(repeats, 3, 'but counted') FROM payment_notice
	WHERE reference = 'n1';
SELECT results_eq('SELECT channel, peer, headers, body = ''one'',
		verdict, state, order_no, amount, repeats FROM payment_notice',
	format('VALUES (''atm'', ''192.0.2.1'', ''Host: test'', true,
		''genuine'', ''received'', %s::bigint, 228::bigint, 3)', :a),
	'the raw notice is kept beside what was read');
SELECT is(test.status(:a), 'unpaid', 'receiving moves nothing');
SELECT is(test.book(), '1: 1 settled, 0 exceptions, 0 noted, 0 duplicate',
	'booking does');
SELECT is(test.status(:a), 'paid', 'the order is paid');
SELECT is(test.book(), '0: 0 settled, 0 exceptions, 0 noted, 0 duplicate',
	'and nothing is left to book');
SELECT is(test.notify(test.line(:a, '{"reference": "n1", "body": "one"}')),
	0::bigint, 'after booking too it is known');
SELECT is(test.notify(test.line(:a, '{"reference": "n1", "body": "paid"}')),
	1::bigint, 'in other words it is another notice');
SELECT is(test.book(), '1: 0 settled, 0 exceptions, 0 noted, 1 duplicate',
	'of the same payment');
SELECT is((SELECT count(*) FROM payment WHERE reference = 'n1'), 1::bigint,
	'which is in the ledger once');
SELECT is(test.match('n1'), 'notice_only', 'told by notices alone');

-- A forged notice must not stand in the way of the true one, nor speak.
SELECT is(test.notify(test.line(:b, '{"reference": "n2", "body": "two",
	"verdict": "forged"}')), 1::bigint, 'a forged notice is kept');
SELECT is(test.book(), '0: 0 settled, 0 exceptions, 0 noted, 0 duplicate',
	'and not booked');
SELECT is(test.notify(test.line(:b, '{"reference": "n2", "body": "two"}')),
	1::bigint, 'the true one with the same bytes is another');
SELECT is(test.book(), '1: 1 settled, 0 exceptions, 0 noted, 0 duplicate',
	'and settles');
SELECT is((SELECT sum(test.notify(jsonb_build_object('verdict', 'forged')))
	FROM generate_series(1, 150)), 99::numeric,
	'of noise only so much is kept an hour');
SELECT is(test.notify('{"verdict": "forged", "channel": "credit"}'), 1::bigint,
	'for each channel by itself');

-- Whatever it says --------------------------------------------------------------------

SELECT test.notify(
	test.line(:c, '{"reference": "issued", "kind": "issued", "amount": 1}'),
	test.line(:c, '{"reference": "failed", "kind": "failed"}'),
	test.line(:c, '{"reference": "sim", "kind": "simulated"}'),
	test.line(:c, '{"reference": "old", "kind": "stale", "verdict": "stale"}'),
	test.line(:c, '{"reference": "odd", "kind": "unknown",
		"fault": "bad_amount", "amount": 0}'),
	test.line(:c, '{"reference": "short", "amount": 1}'),
	test.line(:c, '{"reference": "over", "amount": 99999999999}'),
	test.line(:c, '{"reference": "usd", "currency": "USD"}'),
	test.line(:purged, '{"reference": "late"}'),
	test.line(:a, '{"reference": "again"}'),
	'{"reference": "nobody", "order": "26112399999999"}',
	'{"reference": "none", "order": ""}',
	jsonb_build_object('reference', 'future', 'order', order_text(:c),
		'paid_at', now() + interval '2 days')) AS stored \gset
SELECT is(test.book(), '13: 0 settled, 11 exceptions, 2 noted, 0 duplicate',
	'every one becomes a ledger row');
SELECT is(test.exception(x.reference, x.kind), x.says, format('%s: %s',
	x.reference, x.says))
FROM (VALUES ('issued', 'issued', 'none'), ('failed', 'failed', 'none'),
	('sim', 'simulated', 'simulated open'), ('old', 'stale', 'stale open'),
	('odd', 'unknown', 'unreadable open'), ('short', 'paid', 'short open'),
	('over', 'paid', 'over open'), ('usd', 'paid', 'currency open'),
	('late', 'paid', 'purged_order refund_due'),
	('again', 'paid', 'second_payment refund_due'),
	('nobody', 'paid', 'unknown_order open'),
	('none', 'paid', 'unknown_order open'),
	('future', 'paid', 'unreadable open')) AS x (reference, kind, says);
SELECT is(fault, 'paid_at_in_future', 'a time to come is a fault')
FROM payment WHERE reference = 'future';
SELECT is(test.status(:c), 'unpaid', 'no money, no move');
SELECT is(test.status(:purged), 'purged', 'nothing brings an order back');
SELECT results_eq($$SELECT body, headers, peer FROM payment_notice
	WHERE reference = 'late'$$, 'VALUES (NULL::bytea, NULL::text, NULL::text)',
	'nor the person');

-- Notice and line, in either order --------------------------------------------------------

SELECT test.settle(jsonb_build_array(test.line(:a, '{"reference": "n1"}')))
\g /dev/null
SELECT is(test.match('n1'), 'matched', 'notice, then line: matched');
SELECT test.settle(jsonb_build_array(test.line(:d, '{"reference": "n4"}')))
\g /dev/null
SELECT is(test.match('n4'), 'line_only', 'a line alone settles the order');
SELECT is(test.status(:d), 'paid', 'whoever else was silent');
SELECT test.notify(test.line(:d, '{"reference": "n4"}')), test.book() \g /dev/null
SELECT is(test.match('n4'), 'matched', 'line, then notice: matched');
SELECT test.settle(jsonb_build_array(test.line(:b, '{"reference": "n2",
	"amount": 200}'))) \g /dev/null
SELECT is(test.match('n2'), 'differs differs', 'they say different amounts');
SELECT is(test.exception('n2'), 'differs open', 'somebody looks');
SELECT is(test.status(:b), 'paid', 'and the order stays as it is');
SELECT set_eq('SELECT channel, order_ref FROM payments_unconfirmed(''3 days'',
		100, now() + interval ''4 days'')',
	format('SELECT ''atm'', order_ref FROM payment WHERE reference IN (''again'',
		''short'', ''over'', ''usd'', ''late'', ''nobody'', ''none'',
		''future'')'), 'notices without a line are found by age');
SELECT is_empty('SELECT * FROM payments_unconfirmed(''3 days'', 100)',
	'not before');
SELECT test.settle('[]', covers => now() + interval '1 hour') \g /dev/null
SELECT is((SELECT count(*) FROM payments_unconfirmed('3 days', 100)),
	7::bigint, 'or as soon as the files cover their time');
SELECT is(test.notify(test.line(:e, '{"reference": "v", "body": "v1"}'),
	test.line(:e, '{"reference": "v", "amount": 3, "body": "v2"}'),
	test.line(:e, '{"reference": "v", "amount": 3, "body": "v3"}'),
	test.line(:e, '{"reference": "v", "amount": 4, "body": "v4"}')), 4::bigint,
	'one reference, three contents');
SELECT is(test.book(), '4: 1 settled, 2 exceptions, 0 noted, 1 duplicate',
	'each content is booked once');
SELECT is(test.notify(test.line(:e, '{"reference": "v", "amount": 3,
	"body": "v5"}')), 1::bigint, 'one of them again');
SELECT is(test.book(), '1: 0 settled, 0 exceptions, 0 noted, 1 duplicate',
	'is a duplicate');

-- Doubt that is cleared ------------------------------------------------------------------------

SELECT test.notify(test.line(:f, '{"reference": "n6", "kind": "stale",
	"verdict": "stale"}')), test.book() \g /dev/null
SELECT is(test.status(:f), 'unpaid', 'a stale notice moves nothing');
SELECT test.notify(test.line(:f, '{"reference": "n6"}')), test.book()
\g /dev/null
SELECT is(test.status(:f), 'paid', 'sent afresh it does');
SELECT is(test.exception('n6', 'stale'), 'stale matched', 'and ends the doubt');
SELECT test.notify(test.line(:f, '{"reference": "n6", "kind": "stale",
	"verdict": "stale", "body": "replayed"}')), test.book() \g /dev/null
SELECT is((SELECT count(*) FROM payment_exception WHERE closed_at IS NULL
	AND reason = 'stale'), 1::bigint, 'replayed it raises none');
SELECT test.notify(test.line(:g, '{"reference": "n7", "kind": "unknown",
	"fault": "bad_amount", "amount": 0}')), test.book() \g /dev/null
SELECT test.settle(jsonb_build_array(test.line(:g, '{"reference": "n7"}')))
\g /dev/null
SELECT is(test.exception('n7', 'unknown'), 'unreadable matched',
	'what could not be read is matched by its settlement line');
SELECT is(test.status(:g), 'paid', 'which settles the order');

-- Refunds and chargebacks ------------------------------------------------------------------------

SELECT test.settle(jsonb_build_array(test.line(:a, '{"reference": "back 1",
	"kind": "refund"}'), test.line(:a, '{"reference": "back 2",
	"kind": "refund"}'))) \g /dev/null
SELECT is(test.exception('again'), 'second_payment refunded',
	'a refund closes what was due');
SELECT is(refund_reference, 'back 1', 'with its reference')
FROM payment_exception JOIN payment USING (payment_id)
WHERE reference = 'again';
SELECT is(test.exception('back 1', 'refund'), 'refund matched',
	'and is matched itself');
SELECT is(test.exception('back 2', 'refund'), 'refund open',
	'a refund of nothing waits for somebody');
SELECT test.notify(test.line(:h, '{"reference": "n8"}')), test.book()
\g /dev/null
SELECT test.settle(jsonb_build_array(test.line(:h, '{"reference": "n8",
	"kind": "chargeback"}'))) \g /dev/null
SELECT is(held, true, 'a chargeback before manufacture holds the order')
FROM orders WHERE order_no = :h;
SELECT is(reason, 'chargeback', 'with this reason') FROM hold
WHERE order_no = :h;
SELECT test.settle(jsonb_build_array(test.line(:h, '{"reference": "n8b",
	"kind": "chargeback"}'))) \g /dev/null
SELECT is((SELECT count(*) FROM hold WHERE order_no = :h), 1::bigint,
	'a second one finds it held');

-- Hints ---------------------------------------------------------------------------------------------

SELECT is(test.notify(test.line(:i, '{"verdict": "hint", "body": "h",
	"reference": "n9"}')), 1::bigint, 'a hint is stored');
SELECT is(test.book(), '0: 0 settled, 0 exceptions, 0 noted, 0 duplicate',
	'and never booked by itself');
SELECT is((SELECT count(*) FROM payment_question WHERE answered_at IS NULL),
	1::bigint, 'but asked about');
SELECT test.notify(test.line(:i, '{"verdict": "hint", "body": "h",
	"reference": "n9"}')) \g /dev/null
SELECT is((SELECT count(*) FROM payment_question), 1::bigint,
	'once, however often it comes');
SELECT is_empty('SELECT * FROM claim_questions(''{credit}'', 10, ''1 min'')',
	'only those who can ask get the question');
SELECT question_no FROM claim_questions('{atm}', 10, '1 min') \gset
SELECT is_empty('SELECT * FROM claim_questions(''{atm}'', 10, ''1 min'')',
	'one at a time');
SELECT is((SELECT count(*) FROM claim_questions('{atm}', 10, '1 min',
	now() + interval '2 min')), 1::bigint, 'until its lease is over');
SELECT is(answer_question(:question_no, NULL, NULL, NULL, NULL, NULL, NULL,
	NULL, 'payment'), 'unpaid', 'the provider knows of no payment');
SELECT is(answer_question(:question_no, NULL, NULL, NULL, NULL, NULL, NULL,
	NULL, 'payment'), NULL, 'an answer counts once');
SELECT is(test.status(:i), 'unpaid', 'nothing is paid');
SELECT test.notify(test.line(:i, '{"verdict": "hint", "body": "h",
	"reference": "n9"}')) \g /dev/null
SELECT is((SELECT count(*) FROM payment_question WHERE answered_at IS NULL),
	1::bigint, 'the hint again: asked again');
SELECT question_no FROM claim_questions('{atm}', 10, '1 min',
	now() + interval '1 hour') \gset
SELECT is(answer_question(:question_no, 'n9', 'paid', order_text(:i), 228, 'TWD',
	now(), NULL, 'payment'), 'paid', 'now it is paid');
SELECT is(test.status(:i), 'paid', 'and so is the order');
SELECT is(source, 'query', 'told by the answer') FROM payment
WHERE reference = 'n9';
SELECT test.notify(test.line(:i, '{"verdict": "hint", "body": "h",
	"reference": "n9"}')) \g /dev/null
SELECT is((SELECT count(*) FROM payment_question WHERE answered_at IS NULL),
	0::bigint, 'a true hint is not asked about again');

-- Noise goes after a while ------------------------------------------------------

SELECT is(purge_stray(1000, '1 day'), 0, 'noise is kept for a while');
SELECT is(purge_stray(60, '1 day', now() + interval '2 days'), 60,
	'and deleted then, so many at a time');
SELECT is(purge_stray(1000, '1 day', now() + interval '2 days'), 41,
	'all of it');
SELECT is((SELECT count(*) FROM payment_notice WHERE state = 'refused'),
	0::bigint, 'and nothing but it');

-- The books, and who may write in them ---------------------------------------------------------

SELECT register_feeds('{atm,linepay}', '{true,false}') \g /dev/null
SELECT results_eq('SELECT channel, ask_before_purge FROM payment_feed
	ORDER BY channel', $$VALUES ('atm', true), ('credit', false),
	('linepay', false)$$, 'a configured channel is a feed');
SELECT matches(test.attempt('DELETE FROM payment_notice'), '^RC020 ',
	'notices are kept');
SELECT matches(test.attempt('UPDATE payment_notice SET amount = 0'),
	'^RC020 ', 'and stay what they were');
SELECT matches(test.attempt('UPDATE payment_notice SET body = ''x'''),
	'^RC020 ', 'to the byte');
SELECT matches(test.attempt('UPDATE payment_confirmation SET line = 1'),
	'^RC020 ', 'as does who told of them');
SELECT matches(test.attempt('TRUNCATE payment_notice CASCADE'), '^RC020 ',
	'all of them');
SELECT matches(test.attempt('SELECT test.settle(''[]'', covers => now()
	+ interval ''2 days'')'), '^RC030 covers_future',
	'a file cannot cover a time to come');
SELECT is_empty('SELECT * FROM ledger WHERE received <> accounted',
	'the ledger balances');
SELECT is_empty('SELECT * FROM payment_staging', 'nothing is left in hand');
SELECT is_empty('SELECT * FROM verify()', 'all invariants hold');
SELECT * FROM finish();
ROLLBACK;
