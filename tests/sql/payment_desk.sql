-- Shows what operators can do about payments: the lists and totals that they
-- read, and that a payment is resolved only in ways that lose no money: each
-- refusal names the payment and the way out, each act is recorded, and the
-- ledger balances after every one.
BEGIN;
\ir steps.psql
SELECT no_plan();

-- The n-th payment is known by its reference.
CREATE FUNCTION test.payment(of_reference text, of_kind text DEFAULT 'paid',
	of_variant integer DEFAULT 0) RETURNS bigint LANGUAGE sql AS $$
	SELECT payment_id FROM payment WHERE reference = of_reference
		AND kind = of_kind AND variant = of_variant
$$;
CREATE FUNCTION test.state(of_payment bigint) RETURNS text LANGUAGE sql AS $$
	SELECT state FROM payment_exception WHERE payment_id = of_payment
$$;
-- Resolves, and says how that ended; then the books must balance.
CREATE FUNCTION test.resolve(of_payment bigint, as_state text,
	refund_ref text DEFAULT NULL, to_order bigint DEFAULT NULL,
	why text DEFAULT 'looked at it') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	said text := test.attempt(format('SELECT recard.payment_resolve(%L, %L, '
		'''amy'', %L, %L, %L)', of_payment, as_state, why, refund_ref,
		to_order), 'recard_ctl');
	breach text := (SELECT string_agg(v::text, ' ') FROM verify() AS v);
BEGIN
	RETURN said || coalesce(' ' || breach, '');
END
$$;
SELECT test.apply(1) AS a, test.apply(2) AS b, test.apply(3) AS c,
	test.apply(4) AS d, test.apply(5) AS e, test.apply(6) AS f,
	test.apply(7) AS g, test.apply(8) AS h,
	test.apply(12, now() - interval '9 days') AS purged \gset
UPDATE payment_feed SET covered_until = now();
SELECT purge_due(test.key(), 10, 'purge') \g /dev/null
UPDATE payment_feed SET covered_until = NULL;

-- The reasons and their advice ------------------------------------------------------

SELECT set_eq($$SELECT (regexp_matches(pg_get_constraintdef(oid),
		'''(\w+)''', 'g'))[1] FROM pg_constraint
	WHERE conname = 'payment_exception_reason_check'$$,
	'SELECT reason FROM payment_reason()', 'every reason has its advice');
SELECT is_empty('SELECT * FROM payment_reason()
	WHERE suggestion = '''' OR meaning = ''''', 'in words');

-- Everything that can go wrong with money --------------------------------------------

SELECT test.notify(test.line(:a, '{"reference": "good", "body": "good"}'),
	test.line(:a, '{"reference": "good", "body": "good"}'),
	test.line(:a, '{"reference": "twice"}'),
	test.line(:b, '{"reference": "short", "amount": 200}'),
	test.line(:b, '{"reference": "over", "amount": 300}'),
	test.line(:b, '{"reference": "usd", "currency": "USD"}'),
	test.line(:b, '{"reference": "sim", "kind": "simulated"}'),
	test.line(:b, '{"reference": "old", "kind": "stale", "verdict": "stale"}'),
	test.line(:b, '{"reference": "issued", "kind": "issued"}'),
	test.line(:purged, '{"reference": "late"}'),
	'{"reference": "typo", "order": "=1+1"}',
	'{"reference": "typo 2", "order": "26112399999999"}',
	'{"reference": "forged", "verdict": "forged"}') \g /dev/null
SELECT booked FROM book_notices(100, 'payment') \g /dev/null
SELECT test.settle(jsonb_build_array(test.line(:a, '{"reference": "good"}'),
	test.line(:b, '{"reference": "line"}'),
	test.line(:b, '{"reference": "odd", "kind": "unknown", "amount": 228,
		"fault": "unknown_result"}'),
	test.line(:b, '{"reference": "none", "kind": "unknown", "amount": 0,
		"fault": "bad_amount"}'),
	test.line(:c, '{"reference": "future", "fault": "bad_paid_at"}'),
	test.line(:b, '{"reference": "back", "kind": "refund",
		"amount": 5}'),
	test.line(:d, '{"reference": "d"}'),
	test.line(:d, '{"reference": "d", "amount": 229}')))
\g /dev/null
SELECT test.freeze(), test.make(test.send_batch()) \g /dev/null
SELECT test.settle(jsonb_build_array(
	test.line(:a, '{"reference": "good", "kind": "chargeback"}')))
\g /dev/null
SELECT is_empty('SELECT * FROM verify()', 'all of it is in the books');

-- What they read ------------------------------------------------------------------------

SELECT results_eq('SELECT reference, kind, match, settles, exception, state
	FROM payment_list(of_order => ' || :a || ')', format($$VALUES
	('good', 'paid', 'matched', %L, NULL, NULL),
	('twice', 'paid', 'notice_only', NULL, 'second_payment', 'refund_due'),
	('good', 'chargeback', 'line_only', NULL, 'chargeback', 'open')$$,
	order_text(:a)), 'the ledger of one order');
SELECT results_eq($$SELECT reference FROM payment_list(of_match => 'differs',
	of_channel => 'atm')$$, $$VALUES ('d'), ('d')$$, 'by match');
SELECT results_eq($$SELECT reference FROM payment_list(of_kind => 'issued')$$,
	$$VALUES ('issued')$$, 'by kind');
SELECT is((SELECT count(*) FROM payment_list()), (SELECT count(*)
	FROM payment), 'all of it');
SELECT is((SELECT array_agg(payment_id) FROM payment_list(at_most => 3,
		after_payment => (SELECT max(payment_id) FROM payment_list(
			at_most => 3)))), (SELECT array_agg(payment_id)
	FROM (SELECT * FROM payment_list() OFFSET 3 LIMIT 3) AS l),
	'page by page');
SELECT is_empty('SELECT * FROM payment_list(of_channel => ''credit'')',
	'by channel');
SELECT is((SELECT count(*) FROM payment_list(from_day =>
	taipei_date(now()), to_day => taipei_date(now()))),
	(SELECT count(*) FROM payment), 'by the day of booking, both included');
SELECT is_empty('SELECT * FROM payment_list(to_day => taipei_date(now()) - 1)',
	'not before');
SELECT is_empty('SELECT * FROM payment_list(from_day =>
	taipei_date(now()) + 1)', 'not after');

SELECT set_has(format('SELECT section, name, value FROM payment_show(%s)',
	test.payment('good')), format($$VALUES ('payment', 'match', 'matched'),
	('payment', 'amount', 'TWD 228'), ('told by notice', 'verdict', 'genuine'),
	('told by notice', 'repeats', '1'),
	('confirmed by settlement', 'file', 'settlement.csv'),
	('confirmed by settlement', 'file_line', '2'),
	('settles', 'order', %L), ('settles', 'status', 'produced 製卡完成'),
	('same reference', 'payment %s', 'chargeback TWD 228 %s')$$,
	order_text(:a), test.payment('good', 'chargeback'), order_text(:a)),
	'one payment, and who told it');
SELECT set_has(format('SELECT section, name, value FROM payment_show(%s)',
	test.payment('line')), format($$VALUES
	('told by settlement', 'file_line', '3'), ('settles', 'order', %L)$$,
	order_text(:b)), 'one that a line told first');
SELECT set_has(format('SELECT section, name, value FROM payment_show(%s)',
	test.payment('odd', 'unknown')), $$VALUES
	('payment', 'fault', 'unknown_result'), ('exception', 'state', 'open'),
	('exception', 'suggested', 'ask the provider')$$,
	'one that is an exception');
SELECT is_empty(format('SELECT * FROM payment_show(%s)
	WHERE value ~ ''body|Host|192.0.2.1''', test.payment('good')),
	'the raw notice is not shown');
SELECT is_empty('SELECT * FROM payment_show(999999)', 'no such payment');

SELECT results_eq('SELECT reference, reason, state, order_no
	FROM payment_worklist()', 'SELECT p.reference, e.reason, e.state,
	order_text(e.order_no) FROM payment_exception e
	JOIN payment p USING (payment_id) ORDER BY e.opened_at, payment_id',
	'the worklist, while nothing is closed');
SELECT results_eq('SELECT reference, suggestion
	FROM payment_worklist(''unknown_order'')', $$VALUES
	('typo', 'match to an order, or refund'),
	('typo 2', 'match to an order, or refund')$$, 'by reason');
SELECT results_eq('SELECT reference, suggestion
	FROM payment_worklist(of_state => ''refund_due'')', $$VALUES
	('late', 'refund'), ('twice', 'refund')$$, 'by state');
SELECT is((SELECT count(*) FROM payment_worklist(at_most => 2)), 2::bigint,
	'no more than asked for');
SELECT is((SELECT age FROM payment_worklist(at_most => 1,
	at => now() + interval '2 days')), interval '2 days', 'with its age');
SELECT results_eq('SELECT reference, reason FROM payment_refunds()', $$VALUES
	('late', 'purged_order'), ('twice', 'second_payment')$$,
	'what is to be refunded');

-- What is refused --------------------------------------------------------------------------

SELECT alike(test.resolve(x.payment, x.as_state, x.refund_ref, x.to_order,
	x.why), 'RC020 payment ' || coalesce(x.payment, 0) || x.says, x.says)
FROM (VALUES
	(999999, 'matched', NULL, NULL::bigint, 'x', ': there is no such%'),
	(test.payment('short'), 'done', NULL, NULL, 'x',
		' (short, open): it cannot be resolved as done'),
	(test.payment('short'), 'refund_due', NULL, NULL, ' ',
		' (short, open): no reason is given'),
	(test.payment('line'), 'refund_due', NULL, NULL, 'x',
		': it settles order ' || order_text(:b)),
	(test.payment('issued', 'issued'), 'refund_due', NULL, NULL, 'x',
		': it is booked as issued%'),
	(test.payment('sim', 'simulated'), 'refund_due', NULL, NULL, 'x',
		' (simulated, open): it is booked as simulated, which is no %'),
	(test.payment('old', 'stale'), 'refunded', 'R1', NULL, 'x',
		' (stale, open): it is booked as stale, which is no money%'),
	(test.payment('back', 'refund'), 'refund_due', NULL, NULL, 'x',
		' (refund, open): it is booked as refund, which is no money%'),
	(test.payment('good', 'chargeback'), 'refunded', 'R1', NULL, 'x',
		' (chargeback, open): it is booked as chargeback, which is%'),
	(test.payment('d', 'paid', 1), 'refunded', 'R1', NULL, 'x',
		' (differs, open): it tells another payment%'),
	(test.payment('none', 'unknown'), 'refund_due', NULL, NULL, 'x',
		' (unreadable, open): its amount is 0'),
	(test.payment('twice'), 'refund_due', NULL, NULL, 'x',
		' (second_payment, refund_due): it is refund_due already'),
	(test.payment('twice'), 'refunded', NULL, NULL, 'x',
		' (second_payment, refund_due): a refund needs its number'),
	(test.payment('twice'), 'refunded', ' ', NULL, 'x',
		' (second_payment, refund_due): a refund needs its number'),
	(test.payment('short'), 'refund_due', 'R1', NULL, 'x',
		' (short, open): only a refund has the number of a refund'),
	(test.payment('short'), 'refund_due', NULL, :e, 'x',
		' (short, open): only a match settles an order'),
	(test.payment('late'), 'matched', NULL, NULL, 'x',
		' (purged_order, refund_due): its order is purged, so it can %'),
	(test.payment('late'), 'matched', NULL, :e, 'x',
		' (purged_order, refund_due): its order is purged, so it can %'),
	(test.payment('typo'), 'matched', NULL, NULL, 'x',
		' (unknown_order, open): it is unknown_order: TWD 228 that is %'),
	(test.payment('short'), 'matched', NULL, NULL, 'x',
		' (short, open): it is short: TWD 200 that is owed%'),
	(test.payment('over'), 'matched', NULL, NULL, 'x',
		' (over, open): it is over: TWD 300 that is owed%'),
	(test.payment('future'), 'matched', NULL, NULL, 'x',
		' (unreadable, open): it is unreadable: TWD 228 that is owed%'),
	(test.payment('typo'), 'matched', NULL, 26112300000012, 'x',
		' (unknown_order, open): there is no order 26112300000012'),
	(test.payment('odd', 'unknown'), 'matched', NULL, :e, 'x',
		' (unreadable, open): it is booked as unknown and pays no%'),
	(test.payment('sim', 'simulated'), 'matched', NULL, :e, 'x',
		' (simulated, open): it is booked as simulated and pays no%'),
	(test.payment('d', 'paid', 1), 'matched', NULL, :e, 'x',
		' (differs, open): it tells another payment of the same%'),
	(test.payment('usd'), 'matched', NULL, :e, 'x',
		' (currency, open): it is in USD, order %'),
	(test.payment('short'), 'matched', NULL, :e, 'x',
		' (short, open): its amount is 200, order % costs 228'),
	(test.payment('over'), 'matched', NULL, :e, 'x',
		' (over, open): its amount is 300, order % costs 228'),
	(test.payment('typo'), 'matched', NULL, :a, 'x',
		' (unknown_order, open): order ' || order_text(:a)
		|| ' is produced'),
	(test.payment('typo'), 'matched', NULL, :purged, 'x',
		' (unknown_order, open): order ' || order_text(:purged)
		|| ' is purged'))
	AS x (payment, as_state, refund_ref, to_order, why, says);
SELECT is_empty('SELECT * FROM operator_act', 'nothing was done by any of it');
SELECT matches(test.attempt($$SELECT recard.payment_resolve($$
	|| test.payment('short') || $$, 'refund_due', 'x', 'x')$$, 'recard_console'),
	'^42501 ', 'and not everybody may try');

-- What is done --------------------------------------------------------------------------------

SELECT is(test.resolve(test.payment('short'), 'refund_due'), 'done',
	'short: refund due');
SELECT is(test.resolve(test.payment('short'), 'refunded', 'B-1'), 'done',
	'and refunded');
SELECT is(test.resolve(test.payment('over'), 'refunded', 'B-2'), 'done',
	'at once, too');
SELECT is(test.resolve(test.payment('usd'), 'refunded', 'B-3'), 'done',
	'whatever the currency');
SELECT is(test.resolve(test.payment('twice'), 'refunded', 'B-4'), 'done',
	'a second payment');
SELECT is(test.resolve(test.payment('late'), 'refunded', 'B-5'), 'done',
	'one that came too late');
SELECT is(test.resolve(test.payment('sim', 'simulated'), 'matched'), 'done',
	'a test is no money');
SELECT is(test.resolve(test.payment('old', 'stale'), 'matched'), 'done',
	'nor is a stale notice');
SELECT is(test.resolve(test.payment('none', 'unknown'), 'matched'), 'done',
	'nor a line without amount');
SELECT is(test.resolve(test.payment('odd', 'unknown'), 'matched'), 'done',
	'nor one that told no payment, as was found out');
SELECT is(test.resolve(test.payment('good', 'chargeback'), 'matched'), 'done',
	'a chargeback is written off');
SELECT is(test.resolve(test.payment('back', 'refund'), 'matched'), 'done',
	'a refund is explained');
SELECT is(test.resolve(test.payment('d', 'paid', 1), 'matched'), 'done',
	'one of two tellings is right');
SELECT is(test.resolve(test.payment('typo'), 'matched', NULL, :e), 'done',
	'a payment finds its order');
SELECT is(test.status(:e), 'paid', 'which is paid');
SELECT is(payment_id, test.payment('typo'), 'by it')
FROM settled_payment WHERE order_no = :e;
SELECT results_eq('SELECT event, to_status, actor, detail FROM history('
	|| :e || ') WHERE move_no = 1', format($$VALUES ('paid', 'paid', 'amy',
	'payment=%s source=operator')$$, test.payment('typo')),
	'as its history tells');
SELECT is(test.freeze(), 1, 'and is made like any other');
SELECT is(test.resolve(test.payment('future'), 'matched', NULL, :c), 'done',
	'an unreadable time does not stand in the way');
SELECT is(test.resolve(test.payment('typo 2'), 'matched', NULL, :e),
	format('RC020 payment %s (unknown_order, open): order %s is queued',
		test.payment('typo 2'), order_text(:e)),
	'an order is settled once');
SELECT is(test.resolve(test.payment('typo 2'), 'refund_due'), 'done',
	'refund due');
SELECT is(test.resolve(test.payment('typo 2'), 'matched', NULL, :f), 'done',
	'and found its order after all');
SELECT alike(test.resolve(test.payment('typo'), 'refund_due'),
	'%(unknown_order, matched): it is matched since %', 'closed is closed');
SELECT results_eq('SELECT act, reason FROM operator_act WHERE subject = '
	|| quote_literal('payment ' || test.payment('short'))
	|| ' ORDER BY act_id', $$VALUES ('refund_due', 'looked at it'),
	('refunded B-1', 'looked at it')$$, 'each act is recorded');
SELECT results_eq('SELECT act FROM operator_act WHERE subject = '
	|| quote_literal('payment ' || test.payment('typo')),
	format('VALUES (''matched %s'')', order_text(:e)), 'with the order');
SELECT is((SELECT count(*) FROM operator_act WHERE actor = 'amy'), 17::bigint,
	'once');
SELECT set_has(format('SELECT section, name, value FROM payment_show(%s)',
	test.payment('short')), format($$VALUES
	('exception', 'state', 'refunded'), ('exception', 'closed_by', 'amy'),
	('exception', 'refund_reference', 'B-1'),
	('acts', %L, 'amy: refund_due: looked at it'),
	('acts', %L, 'amy: refunded B-1: looked at it')$$, taipei_time(now()),
	taipei_time(now())), 'and shown');
SELECT is_empty('SELECT * FROM payment_worklist()', 'the worklist is empty');
SELECT is((SELECT count(*) FROM payment_worklist(of_state => 'all')),
	(SELECT count(*) FROM payment_exception), 'but keeps what was on it');
SELECT is_empty('SELECT * FROM payment_refunds()', 'nothing is due');
SELECT set_eq($$SELECT reference, refund_reference
	FROM payment_refunds('refunded')$$, $$VALUES ('short', 'B-1'),
	('over', 'B-2'), ('usd', 'B-3'), ('twice', 'B-4'), ('late', 'B-5')$$,
	'and what was refunded is listed');
SELECT set_has(format('SELECT section, name, value FROM order_show(%s)', :a),
	format($$VALUES ('payment', 'reference', 'good'),
	('payment', 'notices', '2'),
	('payment exception %s', 'state', 'refunded')$$,
	test.payment('twice')), 'an order shows its payments');

-- Held orders and doubtful money -----------------------------------------------------------------

SELECT hold_order(:g, 'op', 'wait') \g /dev/null
SELECT test.settle('[{"reference": "held", "order": "x"},
	{"reference": "held 2", "order": "y"}]') \g /dev/null
SELECT is(test.resolve(test.payment('held'), 'matched', NULL, :g), 'done',
	'a held order can be paid');
SELECT is(held, true, 'and stays held') FROM orders WHERE order_no = :g;
-- What could not be read and is told properly afterwards is one payment.
SELECT test.settle(jsonb_build_array(test.line(:h, '{"reference": "clear",
	"kind": "unknown", "fault": "unknown_result"}'))) \g /dev/null
SELECT test.settle(jsonb_build_array(test.line(:h, '{"reference": "clear"}')))
\g /dev/null
SELECT is(test.state(test.payment('clear', 'unknown')), 'matched',
	'the doubt is gone');
SELECT is_empty('SELECT * FROM verify()', 'and the money counted once');

-- Feeds -----------------------------------------------------------------------------------------------

SELECT results_eq('SELECT channel, state, last_sequence, missing_sequence,
		waiting, questions, asked, products FROM payment_feeds()',
	$$VALUES ('atm', 'ok', 5::bigint, NULL::bigint, 0::bigint, 0::bigint,
		false, 'moica'), ('credit', 'silent', NULL, NULL, 0, 0, false,
		'foreign_resident moica')$$, 'the feeds');
SELECT test.settle('[]', of_sequence => 7) \g /dev/null
SELECT test.notify(test.line(:a, '{"verdict": "hint"}')),
	test.apply(20, now() - interval '3 days') \g /dev/null
SELECT results_eq('SELECT channel, state, missing_sequence, waiting, questions
	FROM payment_feeds()', $$VALUES
	('atm', 'gap', 6::bigint, 0::bigint, 1::bigint),
	('credit', 'silent', NULL, 1, 0)$$,
	'a gap, a question, and who waits for whom');
SELECT results_eq('SELECT channel, silence, max_silence FROM
	payment_feeds(now() + interval ''4 days'')', $$VALUES
	('atm', interval '4 days', interval '3 days'),
	('credit', NULL, interval '3 days')$$, 'and for how long');

-- Products ---------------------------------------------------------------------------------------------

SELECT results_eq('SELECT product, pay_rule, price, feeds FROM product_list()',
	$$VALUES ('foreign_resident', 'end_of_day', 278, 'credit'),
	('moica', 'hours', 228, 'atm credit')$$, 'the products');
SELECT is(test.attempt(format('SELECT recard.product_price_add(''moica'', '
	'%L, 200, 36, ''amy'', ''postage rises'')', taipei_date(now()) + 1),
	'recard_ctl'), 'done', 'a price from tomorrow');
SELECT results_eq('SELECT price, in_force FROM product_prices(''moica'')',
	'VALUES (228, true), (236, false)', 'is not in force yet');
SELECT is(price, 236, 'but then') FROM product_list(now() + interval '1 day')
WHERE product = 'moica';
SELECT is(submit(test.application(30), now() + interval '1 day')
	->> 'amount', '236', 'new orders cost it')
FROM test.register(30, taipei_date(now()) + 30);
SELECT is(test.attempt($$SELECT recard.product_price_add('moica',
	recard.taipei_date(now()), 190, 28, 'amy', 'a gift')$$), 'done',
	'or from today');
SELECT is(amount, 228, 'what was ordered stays') FROM orders
WHERE order_no = :a;
SELECT alike(test.attempt(format('SELECT recard.product_price_add(%L, '
	'recard.taipei_date(now()) + %s, %s, %s, ''amy'', %L)', x.product,
	x.days, x.fee, x.postage, x.why)), 'RC020 product ' || x.product
	|| ': ' || x.says, x.says)
FROM (VALUES ('nothing', 3, 1, 1, 'x', 'there is no such product'),
	('moica', 3, 1, 1, '', 'no reason is given'),
	('moica', -1, 1, 1, 'x', '% is past'),
	('moica', 3, 0, 0, 'x', '0 + 0 is no price'),
	('moica', 3, 300, -28, 'x', '300 + -28 is no price'),
	('moica', 1, 1, 1, 'x', 'it has a price from % on'))
	AS x (product, days, fee, postage, why, says);
SELECT is(test.attempt($$SELECT recard.product_feeds_set('moica',
	'{credit}', 'amy', 'no transfers any more')$$, 'recard_ctl'), 'done',
	'a feed less');
SELECT is(feeds, 'credit', 'is waited for no longer') FROM product_list()
WHERE product = 'moica';
SELECT is(test.attempt($$SELECT recard.product_feeds_set('moica',
	'{atm,credit,atm}', 'amy', 'transfers again')$$), 'done',
	'named twice it is there once');
SELECT alike(test.attempt(format('SELECT recard.product_feeds_set(%L, %L, '
	'''amy'', %L)', x.product, x.feeds, x.why)), 'RC020 product '
	|| x.product || ': ' || x.says, x.says)
FROM (VALUES ('nothing', '{atm}', 'x', 'there is no such product'),
	('moica', '{atm}', ' ', 'no reason is given'),
	('moica', '{}', 'x', 'no feed is named'),
	('moica', '{atm,amt,x}', 'x', 'there is no feed amt, x'))
	AS x (product, feeds, why, says);
SELECT results_eq('SELECT act, reason FROM operator_act
	WHERE subject = ''product moica'' ORDER BY act_id', format($$VALUES
	('price 200+36 from %s', 'postage rises'),
	('price 190+28 from %s', 'a gift'),
	('feeds credit (were atm credit)', 'no transfers any more'),
	('feeds atm credit (were credit)', 'transfers again')$$,
	taipei_date(now()) + 1, taipei_date(now())), 'all of it is recorded');

-- Control totals -----------------------------------------------------------------------------------------

SELECT results_eq($$SELECT channel, item, currency, count, amount
	FROM payment_totals(taipei_date(now()), taipei_date(now()))
	WHERE day IS NOT NULL AND channel = 'credit'$$, $$VALUES
	('credit', 'files', NULL, 0::bigint, NULL::bigint),
	('credit', 'lines_paid', 'TWD', 0, 0),
	('credit', 'settled', 'TWD', 0, 0)$$, 'a channel that was silent');
-- Files carry the server's date here, days are Taipei's.
UPDATE settlement_file SET business_date = taipei_date(now());
SELECT results_eq($$SELECT item, currency, count, amount
	FROM payment_totals(taipei_date(now()), taipei_date(now()))
	WHERE channel = 'atm'$$, $$VALUES
	('notices_genuine', NULL, 10::bigint, NULL::bigint),
	('notices_hint', NULL, 1, NULL),
	('notices_refused', NULL, 1, NULL),
	('notices_stale', NULL, 1, NULL),
	('notices_repeated', NULL, 1, NULL),
	('files', NULL, 6, NULL),
	('lines_paid', 'TWD', 8, 1825),
	('lines_chargeback', 'TWD', 1, 228),
	('lines_refund', 'TWD', 1, 5),
	('lines_unknown', 'TWD', 3, 456),
	('settled', 'TWD', 8, 1824),
	('exception_chargeback', 'TWD', 1, 228),
	('exception_currency', 'USD', 1, 228),
	('exception_differs', 'TWD', 1, 229),
	('exception_over', 'TWD', 1, 300),
	('exception_purged_order', 'TWD', 1, 228),
	('exception_refund', 'TWD', 1, 5),
	('exception_second_payment', 'TWD', 1, 228),
	('exception_short', 'TWD', 1, 200),
	('exception_simulated', 'TWD', 1, 228),
	('exception_stale', 'TWD', 1, 228),
	('exception_unknown_order', 'TWD', 4, 912),
	('exception_unreadable', 'TWD', 4, 684),
	('refunded', 'TWD', 4, 956),
	('refunded', 'USD', 1, 228),
	('unconfirmed', 'TWD', 6, 1412),
	('unconfirmed', 'USD', 1, 228)$$, 'and one that was busy');
SELECT is((SELECT count FROM payment_totals(taipei_date(now()) - 30,
	taipei_date(now())) WHERE day IS NULL AND item = 'orders_made'),
	(SELECT count(*) FROM orders WHERE applied_at <= now()),
	'all orders of the time');
SELECT is_empty($$SELECT item, currency, sum(count), sum(amount)
	FROM payment_totals(taipei_date(now()) - 30, taipei_date(now()))
	WHERE day IS NOT NULL GROUP BY 1, 2
	EXCEPT SELECT item, currency, count, amount
	FROM payment_totals(taipei_date(now()) - 30, taipei_date(now()))
	WHERE day IS NULL$$, 'the sums are those of the rows');
SELECT is_empty($$SELECT * FROM payment_totals(taipei_date(now()) + 40,
	taipei_date(now()) + 40) WHERE count <> 0$$, 'another day has none of it');
-- Cancelled afterwards, the money of a hand-matched order is due again.
SELECT cancel_order(:c, 'amy', 'asked for'), cancel_order(:f, 'amy', 'too')
\g /dev/null
SELECT results_eq('SELECT reference, reason FROM payment_refunds()', $$VALUES
	('typo 2', 'cancelled_order'), ('future', 'cancelled_order')$$,
	'cancelled, a matched payment is refund due');
SELECT is_empty('SELECT * FROM verify()', 'and nothing is wrong with that');
SELECT is(test.resolve(test.payment('typo 2'), 'refunded', 'B-6'), 'done',
	'and can be refunded');
SELECT results_eq(format('SELECT reference FROM payment_refunds(''refund_due'',
	10, %s)', test.payment('typo 2')), ARRAY['future'],
	'the list goes on after what was refunded meanwhile');
-- A refund of dollars is not one of yuan.
SELECT test.settle(jsonb_build_array(test.line(:h, '{"reference": "dollars",
	"currency": "USD", "amount": 7}'), test.line(:h, '{"reference": "yuan",
	"kind": "refund", "amount": 7}'))) \g /dev/null
SELECT is(test.state(test.payment('dollars')), 'open',
	'a refund in another currency closes nothing');

SELECT is_empty('SELECT * FROM ledger WHERE received <> accounted',
	'the ledger balances');
SELECT is_empty('SELECT * FROM verify()', 'all invariants hold');
SELECT * FROM finish();
ROLLBACK;
