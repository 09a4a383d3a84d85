-- Shows when an unpaid order's data is deleted and what stops it, that
-- nothing personal is left in any table, and that the proof is right.
BEGIN;
\ir steps.psql
SELECT no_plan();

-- A product of our own with two feeds, both told to be complete or not.
UPDATE payment_feed SET covered_until = NULL, last_sequence = NULL;
CREATE FUNCTION test.covered(atm interval, credit interval) RETURNS void
LANGUAGE sql AS $$
	UPDATE payment_feed SET covered_until = now() + CASE channel
		WHEN 'atm' THEN atm ELSE credit END
	WHERE channel IN ('atm', 'credit')
$$;
CREATE FUNCTION test.obstacle(of_order bigint, at timestamptz DEFAULT now())
RETURNS text LANGUAGE sql AS $$
	SELECT coalesce(obstacle, 'none') FROM purge_waiting(at)
	WHERE order_no = of_order
$$;
CREATE FUNCTION test.purge(at timestamptz DEFAULT now()) RETURNS integer
LANGUAGE sql AS $$
	SELECT purge_due(test.key(), 100, 'purge', at)
$$;

-- The deadline and the watermarks --------------------------------------------------

-- Applied three days ago: the deadline was a day ago.
SELECT test.apply(1, now() - interval '3 days') AS due,
	test.apply(2, now() - interval '47 hours') AS early \gset
SELECT is(test.purge(), 0, 'silent feeds: nothing is purged');
SELECT is(test.obstacle(:due), 'feed:atm', 'and the first one is named');
SELECT test.covered('0', NULL) \g /dev/null
SELECT is(test.purge(), 0, 'one silent feed: nothing is purged');
SELECT is(test.obstacle(:due), 'feed:credit', 'and it is named');
SELECT test.covered('0', interval '-1 day -1 microsecond') \g /dev/null
SELECT is(test.purge(), 0, 'a feed behind the deadline: nothing is purged');
SELECT is(test.obstacle(:due), 'feed:credit', 'and it is named');
SELECT test.covered('0', '-1 day') \g /dev/null
SELECT is(test.obstacle(:due), 'none', 'with both feeds there nothing stops it');
SELECT is(test.obstacle(:early), NULL, 'an order within its deadline waits for '
	'no purge');
SELECT is(test.obstacle(:early, now() + interval '1 hour 1 second'), 'feed:credit',
	'after it it will');

SAVEPOINT before;
SELECT hold_order(:due, 'op', 'look at it') \g /dev/null
SELECT is(test.purge(), 0, 'a held order is not purged');
SELECT is(test.obstacle(:due), 'held', 'and listed so');
SELECT release_order(:due, 'op', 'fine') \g /dev/null
SELECT is(test.purge(), 1, 'a released one is');
ROLLBACK TO before;
SELECT test.settle(jsonb_build_array(test.line(:due, '{"amount": 5}')),
	covers => now()) \g /dev/null
SELECT test.covered('0', '0') \g /dev/null
SELECT is(test.purge(), 0, 'an open payment exception stops it');
SELECT is(test.obstacle(:due), 'payment_exception', 'and is named');
UPDATE payment_exception SET state = 'refund_due';
SELECT is(test.purge(), 0, 'also while a refund is due');
UPDATE payment_exception SET state = 'refunded', closed_at = now(),
	closed_by = 'op', refund_reference = 'r';
SELECT is(test.purge(), 1, 'when it is closed the order goes');
ROLLBACK TO before;
-- An open exception of each kind but one stops it.
SELECT test.settle(jsonb_build_array(test.line(:due, '{"amount": 5}')),
	covers => now()) \g /dev/null
SELECT test.covered('0', '0') \g /dev/null
CREATE FUNCTION test.stopped_by(of_reason text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
	UPDATE payment_exception SET reason = of_reason;
	BEGIN
		RAISE EXCEPTION USING ERRCODE = 'BREAK',
			MESSAGE = (test.purge() = 0)::text;
	EXCEPTION WHEN SQLSTATE 'BREAK' THEN
		RETURN SQLERRM = 'true';
	END;
END
$$;
SELECT is(test.stopped_by(reason), reason <> 'simulated', reason
	|| CASE reason WHEN 'simulated' THEN ': no money, stops nothing'
		ELSE ': stops it until somebody has looked' END)
FROM unnest('{short,over,currency,second_payment,simulated,stale,chargeback,
	refund,unreadable,differs}'::text[]) AS reason;
ROLLBACK TO before;

-- Notices that name it, until they are booked.
SELECT test.covered('0', '0') \g /dev/null
SELECT test.notify(test.line(:due, '{"kind": "issued"}')) \g /dev/null
SELECT is(test.purge(), 0, 'a notice that is not booked stops it');
SELECT is(test.obstacle(:due), 'notice', 'and is named');
SELECT is((SELECT noted FROM book_notices(9, 'payment')), 1::bigint,
	'booked, it was no money');
SELECT is(test.obstacle(:due), 'none', 'and nothing is in the way');
SELECT is(test.purge(), 1, 'then the order goes');
SELECT is((SELECT row_counts FROM purge_record WHERE order_no = :due),
	'{"applicant": 1, "activation": 1, "notice": 0, "payment_notice": 1}',
	'and the notice''s bytes with it');
SELECT is_empty('SELECT FROM payment_notice WHERE (body, headers, peer)
	IS DISTINCT FROM (NULL::bytea, NULL::text, NULL::text)',
	'none of them is left');
ROLLBACK TO before;
SELECT test.covered('0', '0') \g /dev/null
SELECT test.notify(test.line(:due, '{"kind": "stale", "verdict": "stale"}'))
\g /dev/null
SELECT is(test.purge(), 0, 'an old one stops it as well');
ROLLBACK TO before;
SELECT test.covered('0', '0') \g /dev/null
SELECT test.notify(test.line(:early), test.line(:due,
	'{"verdict": "forged"}')) \g /dev/null
SELECT is(test.purge(), 1, 'a forged one does not, nor one of another order');
SELECT is_empty(format('SELECT FROM payment_notice WHERE order_no = %s
	AND body IS NOT NULL', :due), 'the forged one is emptied too');
ROLLBACK TO before;
SELECT test.covered('0', '0') \g /dev/null
SELECT test.notify(test.line(:due, '{"verdict": "hint", "channel": "credit"}'))
\g /dev/null
SELECT is(test.purge(), 0, 'a hint that is asked about stops it');
SELECT is(test.obstacle(:due), 'notice', 'and is named');
SELECT answer_question(question_no, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
	'payment') FROM payment_question \g /dev/null
SELECT is(test.purge(), 1, 'until the answer is no');
ROLLBACK TO before;

-- Providers that can be asked are asked first.
SELECT test.covered('0', '0'), register_feeds('{atm,credit}', '{true,true}')
\g /dev/null
SELECT is(test.purge(), 0, 'nobody was asked yet');
SELECT is(test.obstacle(:due), 'question:atm', 'and that is said');
SELECT is(test.obstacle(:early), NULL, 'the early order is not asked about');
SELECT is(purge_ask(100), 2, 'each feed''s provider is asked');
SELECT results_eq('SELECT channel, order_ref, order_no, notice_no,
		next_try_at <= now() FROM payment_question ORDER BY channel',
	format('VALUES (''atm'', %L, %s::bigint, NULL::bigint, true),
		(''credit'', %1$L, %2$s, NULL, true)', order_text(:due), :due),
	'about this order');
SELECT is(purge_ask(100), 0, 'once');
SELECT is(test.purge(), 0, 'as long as they are silent it stays');
CREATE FUNCTION test.answer(of_channel text, kind text DEFAULT NULL,
	at timestamptz DEFAULT now()) RETURNS text LANGUAGE sql AS $$
	SELECT answer_question(question_no, 'said-1', kind, order_ref, 228,
		'TWD', at, NULL, 'payment', at)
	FROM payment_question
	WHERE channel = of_channel AND answered_at IS NULL
$$;
SELECT is(test.answer('atm'), 'unpaid', 'one says: unpaid');
SELECT is(test.purge(), 0, 'the other is waited for');
SELECT is(test.obstacle(:due), 'question:credit', 'and named');
SAVEPOINT asked;
SELECT is(test.answer('credit'), 'unpaid', 'it says the same');
SELECT is(test.purge(), 1, 'and the order goes');
ROLLBACK TO asked;
SELECT is(test.answer('credit', 'paid'), 'paid', 'it says: paid');
SELECT is(test.purge(), 0, 'nothing is purged');
SELECT is(test.status(:due), 'paid', 'the order is paid');
ROLLBACK TO asked;
SELECT test.answer('credit', at => now() - interval '1 day 1 minute')
\g /dev/null
SELECT is(test.purge(), 0, 'an answer from before the deadline is none');
SELECT is(purge_ask(100), 0, 'it is not asked again at once');
SELECT is(purge_ask(100, now() + interval '61 minutes'), 1, 'but after an hour');
ROLLBACK TO asked;
-- What a hint's provider said is about the hint.
SELECT test.notify(test.line(:due, '{"verdict": "hint", "channel": "credit"}'))
\g /dev/null
DELETE FROM payment_question WHERE channel = 'credit' AND notice_no IS NULL;
SELECT test.answer('credit') \g /dev/null
SELECT is(test.obstacle(:due), 'question:credit',
	'a hint that was not true says nothing about the order');
ROLLBACK TO before;
SELECT test.covered('0', NULL), register_feeds('{atm,credit}', '{true,true}')
\g /dev/null
SELECT is(purge_ask(100), 0, 'nobody is asked while a feed is behind');
SELECT test.covered('0', '0'), hold_order(:due, 'op', 'x') \g /dev/null
SELECT is(purge_ask(100), 0, 'nor about a held order');
ROLLBACK TO before;
SELECT test.covered('0', '0'), register_feeds('{atm,credit}', '{true,true}')
\g /dev/null
SELECT is(purge_ask(1), 1, 'not more at once than wanted');
ROLLBACK TO before;

-- Feeds, and counts by product and obstacle.
UPDATE payment_feed SET covered_until = NULL, last_file_at = NULL;
SELECT results_eq('SELECT channel, silent, age, waiting FROM purge_feeds()',
	$$VALUES ('atm', true, NULL::bigint, 1::bigint), ('credit', true, NULL, 1)$$,
	'feeds that never brought a file are silent when an order waits');
SELECT is_empty('SELECT * FROM purge_feeds(now() - interval ''2 days'')',
	'before that they are new');
UPDATE payment_feed SET last_file_at = now() - interval '1 hour',
	covered_until = now() - interval '2 days';
SELECT results_eq('SELECT channel, silent, age, waiting FROM purge_feeds()',
	$$VALUES ('atm', false, 3600::bigint, 1::bigint),
		('credit', false, 3600, 1)$$, 'these are behind');
UPDATE payment_feed SET last_file_at = now() - max_silence - interval '1 s',
	covered_until = now() WHERE channel = 'credit';
SELECT results_eq('SELECT channel, silent, age, waiting FROM purge_feeds()',
	$$VALUES ('atm', false, 3600::bigint, 1::bigint),
		('credit', true, 259201, 0)$$,
	'one is silent for too long, whether somebody waits or not');
SELECT test.apply(n, now() - interval '4 days') FROM generate_series(30, 34) AS n
\g /dev/null
SELECT hold_order(order_no, 'op', 'x') FROM applicant
	WHERE card_no IN (test.card(30), test.card(31)) \g /dev/null
UPDATE payment_feed SET covered_until = now();
SELECT results_eq('SELECT obstacle, product, orders, count(*)
		FROM purge_summary(1) GROUP BY 1, 2, 3 ORDER BY 1',
	$$VALUES ('held', 'moica', 2::bigint, 1::bigint),
		(NULL, 'moica', 4, 1)$$, 'counts are of all, examples are few');
SELECT is((SELECT count(*) FROM purge_summary(20)), 6::bigint,
	'as many examples as wanted');
ROLLBACK TO before;

-- Reminders: once, in the hours before the deadline.
SELECT is(remind_due('59 minutes', 10), 0, 'it is too early for a reminder');
SELECT is(remind_due('1 hour', 10), 1, 'now it is time');
SELECT results_eq('SELECT order_no, move_no, due_at, sent_at FROM notice
		WHERE kind = ''reminder''',
	format('VALUES (%s::bigint, 0, now(), NULL::timestamptz)', :early),
	'for the order that is not due yet');
SELECT is(remind_due('1 hour', 10), 0, 'once');
ROLLBACK TO before;
SELECT is(remind_due('1 hour', 10, now() + interval '1 hour'), 0,
	'at the deadline it is too late');
SELECT hold_order(:early, 'op', 'x') \g /dev/null
SELECT is(remind_due('1 hour', 10), 0, 'a held order is not reminded of');
ROLLBACK TO before;
SELECT test.notify(test.line(:early)) \g /dev/null
SELECT is(remind_due('1 hour', 10), 0,
	'nor one with a notice of payment that waits to be booked');
ROLLBACK TO before;
SELECT is(remind_due('0', 10), 0, 'no time before: no reminders');
SELECT is(remind_due('10 days', 0), 0, 'not more than wanted');

-- Labels come after payment; a purge never meets one.
SELECT is_empty('SELECT FROM label JOIN orders USING (order_no)
	WHERE status IN (''unpaid'', ''purged'')', 'unpaid orders have no labels');
DELETE FROM product_feed WHERE product = 'moica';
SELECT is(test.purge(), 0, 'no feed: nothing is purged');
SELECT is(test.obstacle(:due), 'no_feed', 'and that is said');
ROLLBACK TO before;
SELECT is(test.purge(now() - interval '1 day'), 0,
	'at the very deadline it is too early');
SELECT is(test.status(:due), 'unpaid', 'so far the order is there');
SELECT test.covered('10 years', '10 years') \g /dev/null
SELECT is(purge_due(test.key(), 100, 'purge', now() + interval '5 years'), 1,
	'the database''s clock decides: no parameter makes a deadline pass');
SELECT is(test.status(:early), 'unpaid', 'the early order is still there');
ROLLBACK TO before;
SELECT test.pay(:due) \g /dev/null
SELECT test.covered('0', '0') \g /dev/null
SELECT is(test.purge(), 0, 'a paid order is not purged');
ROLLBACK TO before;
SELECT matches(test.attempt('SELECT purge_due(''\x00'', 1, ''t'')'),
	'^RC001 commitment_key_missing', 'no purge without a proper key');
SELECT matches(test.attempt('SELECT purge_due(NULL, 1, ''t'')'),
	'^RC001 commitment_key_missing', 'nor with none');

SELECT test.apply(n, now() - interval '4 days') FROM generate_series(3, 7) AS n
\g /dev/null
SELECT is(purge_due(test.key(), 2, 'purge'), 2, 'not more than asked for');
SELECT is((SELECT count(*) FROM purge_record JOIN orders USING (order_no)
	WHERE order_no = :due), 0::bigint, 'those of the earliest deadline first');
SELECT is(purge_due(test.key(), 100, 'purge'), 4, 'then the rest');
SELECT is(purge_due(test.key(), 100, 'purge'), 0, 'then none');

-- What is left ---------------------------------------------------------------------------

-- A canary: words that stand nowhere else, edited once, with a notice.
SELECT test.apply(20, now() - interval '3 days', '{"name": "金絲雀",
	"address": "鳥籠路九巷", "postal_code": "100099", "phone": "0977-000-111",
	"email": "canary@cage.example",
	"request_id": "canary-request", "user_code_hash": "$scrypt$canary"}')
	AS canary \gset
SELECT edit_applicant(:canary, '{"address": "鳥籠路十巷"}', 'portal') \g /dev/null
INSERT INTO notice (order_no, kind, move_no, due_at)
	VALUES (:canary, 'reminder', 0, now());
CREATE TEMPORARY TABLE person AS
	SELECT order_no::text || E'\n' || card_no || E'\n' || name || E'\n'
		|| postal_code || E'\n' || address || E'\n' || phone || E'\n'
		|| email AS bytes
	FROM applicant WHERE order_no = :canary;

-- Every column of every table that could hold a word, or the bytes of one.
CREATE FUNCTION test.find(words text[]) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
	place record;
	hits bigint;
BEGIN
	FOR place IN SELECT c.oid::regclass AS tab, a.attname AS col,
			a.atttypid = 'bytea'::regtype AS is_bytes
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = 'recard'::regnamespace
			AND c.relkind IN ('r', 'm') AND a.attnum > 0
			AND NOT a.attisdropped
	LOOP
		EXECUTE format('SELECT count(*) FROM %s t, unnest($1) AS w (word)
			WHERE ' || CASE WHEN place.is_bytes THEN
			'position(convert_to(w.word, ''UTF8'') IN t.%I) > 0 OR
			t.%2$I = sha256(convert_to(w.word, ''UTF8''))'
			ELSE 'strpos(t.%I::text, w.word) > 0' END,
			place.tab, place.col) INTO hits USING words;
		IF hits > 0 THEN
			RETURN NEXT place.tab || '.' || place.col;
		END IF;
	END LOOP;
END
$$;
CREATE FUNCTION test.canary() RETURNS text[] LANGUAGE sql AS $$
	SELECT '{金絲雀,鳥籠路,100099,0977-000-111,canary@cage.example,
		$scrypt$canary}'::text[]
$$;
SELECT bag_eq('SELECT replace(test.find(test.canary()), ''recard.'', '''')',
	$$VALUES ('applicant.name'), ('applicant.postal_code'),
	('applicant.address'), ('applicant.phone'), ('applicant.email'),
	('activation.user_code_hash')$$,
	'personal data is in one table, the hash of the code in another');
SELECT is((SELECT count(*) FROM pg_attribute a JOIN pg_class c
	ON c.oid = a.attrelid WHERE c.relnamespace = 'recard'::regnamespace
		AND c.relkind = 'r' AND a.attname = 'address'), 2::bigint,
	'addresses are there, and where letters go that came back: of '
	'orders that were paid');
SELECT is(test.purge(), 1, 'the canary is purged');
SELECT is_empty('SELECT test.find(test.canary())',
	'and its words are in no table');
SELECT results_eq(format('SELECT status::text, product, amount, held, moves
		FROM orders WHERE order_no = %s', :canary),
	$$VALUES ('purged', 'moica', 228, false, 1)$$, 'a tombstone stays');
SELECT results_eq(format('SELECT rule, actor, row_counts, product,
		purged_at = now(), pay_by = now() - interval ''1 day''
		FROM purge_record WHERE order_no = %s', :canary),
	$$VALUES ('unpaid-1', 'purge', '{"applicant": 1, "activation": 1,
		"notice": 1, "payment_notice": 0}'::jsonb, 'moica', true, true)$$,
	'with proof: when, by which rule, how much');
SELECT is((SELECT commitment FROM purge_record WHERE order_no = :canary),
	recard_crypto.hmac(convert_to(bytes, 'UTF8'), test.key(), 'sha256'),
	'and a keyed commitment of what was deleted') FROM person;
SELECT isnt((SELECT commitment FROM purge_record WHERE order_no = :canary),
	sha256(convert_to(bytes, 'UTF8')), 'which nobody guesses without the key')
FROM person;
SELECT results_eq(format('SELECT event, to_status::text, actor, detail
		FROM order_history WHERE order_no = %s AND move_no = 1', :canary),
	$$VALUES ('expired', 'purged', 'purge', '{"rule": "unpaid-1"}'::jsonb)$$,
	'the history tells it');
SELECT is_empty(format('SELECT * FROM order_show(%s) WHERE section = ''applicant''',
	:canary), 'showing the order shows no person');

-- Afterwards ---------------------------------------------------------------------------------

SELECT is(submit(test.application(20, '{"request_id": "canary-request"}'))
	- 'pay_by', jsonb_build_object('order_no', order_text(:canary),
	'outcome', 'repeated', 'amount', 228, 'warnings', '[]'::jsonb),
	'the same request gives the old number, and no new order');
SELECT is_empty('SELECT test.find(test.canary())', 'and stores nothing');
SELECT is(submit(test.application(20)) ->> 'outcome', 'created',
	'a new request makes a new one');
SELECT test.settle(jsonb_build_array(test.line(:canary,
	'{"reference": "late"}'))) \g /dev/null
SELECT results_eq('SELECT reason, state, order_no FROM payment_exception
		JOIN payment USING (payment_id) WHERE reference = ''late''',
	format('VALUES (''purged_order'', ''refund_due'', %s::bigint)', :canary),
	'a late payment is kept and due for refund');
SELECT is(test.status(:canary), 'purged', 'the order stays purged');
SELECT matches(test.attempt(format('SELECT cancel_order(%s, ''op'', ''x'')',
	:canary)), '^RC020 ', 'and cannot be cancelled');
SELECT is_empty('SELECT * FROM verify()', 'all invariants hold');

-- With the protection taken away the scan finds what is left.
INSERT INTO claim (order_no, opened_at, opened_by, reason)
	VALUES (:canary, now(), 'op', '金絲雀 called');
SELECT results_eq('SELECT replace(test.find(test.canary()), ''recard.'', '''')',
	$$VALUES ('claim.reason')$$, 'control: the scan sees a name in a remark');

SELECT * FROM finish();
ROLLBACK;
