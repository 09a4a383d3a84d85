-- Shows how an application becomes an order: each reason to refuse it, the
-- days on which a card may renew, price, deadline, number, and a repeat.
BEGIN;
\ir steps.psql
SELECT no_plan();

-- Prices from before the shipped ones, for the rule book's own example.
INSERT INTO product_price VALUES ('moica', '2014-01-01', 200, 28),
	('moica', '2026-06-01', 210, 30);

-- The day of the application, unless said otherwise.
\set at '''2026-11-23T09:00:00+08:00'''
SELECT test.register(n, '2026-12-20') FROM generate_series(1, 60) AS n
\g /dev/null
SELECT test.register(2, '2026-12-20', '{"status": "suspended"}'),
	test.register(3, '2026-12-20', '{"status": "revoked"}'),
	test.register(4, '2026-12-20', '{"status": "inactive"}'),
	test.register(5, '2026-11-22'), test.register(6, '2027-06-01') \g /dev/null
-- Somebody with two primary cards, and people with almost two.
SELECT test.register(7, '2030-01-01', jsonb_build_object('card_no',
		test.card(107))),
	test.register(8, '2030-01-01', jsonb_build_object('card_no',
		test.card(108), 'rank', 'secondary')),
	test.register(9, '2030-01-01', jsonb_build_object('card_no',
		test.card(109), 'status', 'revoked')),
	test.register(10, '2026-11-22', jsonb_build_object('card_no',
		test.card(110))) \g /dev/null
SELECT test.apply(1, :at) AS first \gset

-- Refusals ------------------------------------------------------------------------

CREATE TEMPORARY TABLE refused (code text, n integer, more jsonb,
	message text);
INSERT INTO refused (code, n, more) VALUES
	('bad_request_id', 20, '{"request_id": "a b"}'),
	('bad_request_id', 20, jsonb_build_object('request_id', repeat('x', 65))),
	('bad_applied_at', 20, '{"applied_at": "yesterday"}'),
	('bad_applied_at', 20, '{"applied_at": "2026-11-22 09:00:00"}'),
	('bad_applied_at', 20, '{"applied_at": "2026-02-30T09:00:00+08:00"}'),
	('bad_applied_at', 20, '{"applied_at": null}'),
	('applied_at_future', 20, '{"applied_at": "2026-11-23T09:00:01+08:00"}'),
	('unknown_product', 20, '{"product": "passport"}'),
	('no_price', 20, '{"applied_at": "2013-12-31T23:59:59+08:00"}'),
	('bad_card_no', 20, '{"card_no": "TP123"}'),
	('bad_card_no', 20, '{"card_no": "tp00000000000020"}'),
	('bad_holder_id', 20, '{"holder_id": "A123456788"}'),
	('bad_holder_id', 20, '{"holder_id": "A12345678"}'),
	('bad_name', 20, '{"name": "王\u202e明"}'),
	('bad_name', 20, jsonb_build_object('name', repeat('王', 61))),
	('bad_address', 20, '{"address": "臺北市\n中正區"}'),
	('bad_address', 20, jsonb_build_object('address', repeat('路', 121))),
	('bad_postal_code', 20, '{"postal_code": "1000"}'),
	('bad_postal_code', 20, '{"postal_code": "１００"}'),
	('unknown_postal_code', 20, '{"postal_code": "099"}'),
	('bad_phone', 20, '{"phone": "call me"}'),
	('bad_email', 20, '{"email": "a@b@c"}'),
	('bad_email', 20, jsonb_build_object('email',
		repeat('a', 250) || '@b.tw')),
	('bad_language', 20, '{"language": "fr"}'),
	('bad_user_code', 20, '{"user_code": "abc12"}'),
	('bad_user_code', 20, '{"user_code": "abcdefghijk"}'),
	('bad_user_code', 20, '{"user_code": "代碼代碼代碼"}'),
	('bad_user_code', 20, '{"user_code": "abc 123"}'),
	('two_user_codes', 20, '{"user_code": "abc123", "user_code_hash": "$scrypt$x"}'),
	('unknown_card', 20, '{"card_no": "TP99999999999999"}'),
	('holder_mismatch', 20, jsonb_build_object('holder_id', test.holder(21))),
	('card_suspended', 2, '{}'), ('card_revoked', 3, '{}'),
	('card_inactive', 4, '{}'), ('card_expired', 5, '{}'),
	('too_early', 6, '{}'), ('two_primary_cards', 7, '{}'),
	('open_order', 1, '{"request_id": "another"}');
INSERT INTO refused
SELECT 'missing_' || field, 20, more FROM unnest('{request_id,product,card_no,
	holder_id,name,postal_code,address,phone,email,user_code}'::text[])
	AS f (field), LATERAL (VALUES (jsonb_build_object(field, NULL)),
		(jsonb_build_object(field, 5)), (jsonb_build_object(field, '  ')))
	AS m (more);
UPDATE refused SET more = '{"user_code_hash": null}' || more
WHERE code IN ('bad_user_code', 'missing_user_code');
SELECT matches(test.attempt(format('SELECT submit(%L, %L)',
	test.application(n, more), :at)), format('^RC010 %s: .', code),
	format('%s: %s', code, left(more::text, 60)))
FROM refused ORDER BY code, more::text;
SELECT matches(test.attempt(format('SELECT submit(%L)', a.written)), '^RC010 '
	'not_an_object: ', a.written || ' is no application')
FROM (VALUES ('[]'), ('"x"'), ('null')) AS a (written);
SELECT matches(test.attempt('SELECT submit(NULL)'), '^RC010 not_an_object: ',
	'nor is nothing');
SELECT is(test.attempt(format('SELECT submit(%L, %L)', test.application(6), :at)),
	'RC010 too_early: 此卡號無法作線上申辦新憑證。訊息代碼：45',
	'message code 45 in the words of the rule');
SELECT is(test.attempt(format('SELECT submit(%L, %L)', test.application(7), :at)),
	'RC010 two_primary_cards: 此身份證號目前有效正卡數超過 2 張',
	'and those of the second primary card');
-- Every code that the functions know was seen above.
SELECT is_empty($$SELECT m[1] FROM pg_proc, regexp_matches(prosrc,
		'(?:refuse\(|code := )''([a-z_]+)''[,;)]', 'g') AS m
	WHERE pronamespace = 'recard'::regnamespace AND proname IN
		('take_application', 'check_delivery', 'check_address',
		'renewal_obstacle')
	EXCEPT SELECT code FROM refused
	EXCEPT VALUES ('not_an_object'), ('applied_at_not_allowed')$$,
	'no refusal is untested');
SELECT is((SELECT count(*) FROM orders), 1::bigint, 'none of them left an order');
SELECT is((SELECT count(*) FROM applicant), 1::bigint, 'or personal data');
SELECT is((SELECT count(*) FROM application_request), 1::bigint,
	'or a request number');
SELECT lives_ok(format('SELECT submit(%L, %L)', test.application(20), :at),
	'the application they were made from is good');
SELECT lives_ok(format('SELECT submit(%L, %L)', test.application(n), :at),
	'two cards are not two valid primary cards: ' || why)
FROM (VALUES (8, 'one is secondary'), (9, 'one is revoked'),
	(10, 'one has expired')) AS p (n, why);
SAVEPOINT no_key;
SELECT set_config('recard.holder_key', '', true) \g /dev/null
SELECT matches(test.attempt(format('SELECT submit(%L, %L)',
	test.application(21), :at)), '^RC001 holder_key_missing',
	'without the key for national IDs nothing goes');
ROLLBACK TO no_key;

-- The days on which a card may renew ------------------------------------------------

SELECT test.register(n, '2014-10-01') FROM generate_series(31, 38) AS n
\g /dev/null
SELECT is(left(test.attempt(format('SELECT submit(%L, %L)', test.application(
	d.n), d.at)), length(d.says)), d.says, format('expiry 2014-10-01, %s', d.at))
FROM (VALUES (31, '2014-08-01T23:59:59+08:00', 'RC010 too_early'),
	(31, '2014-08-02T00:00:00+08:00', 'done'),
	(32, '2014-08-01T16:00:00Z', 'done'),
	(33, '2014-10-01T23:59:59+08:00', 'done'),
	(34, '2014-10-01T15:59:59Z', 'done'),
	(35, '2014-10-02T00:00:00+08:00', 'RC010 card_expired'),
	(35, '2014-10-01T16:00:00Z', 'RC010 card_expired')) AS d (n, at, says);
SELECT is(left(test.attempt(format('SELECT submit(%L)', test.application(d.n,
	jsonb_build_object('applied_at', d.at)))), length(d.says)), d.says,
	format('the same imported, %s', d.at))
FROM (VALUES (36, '2014-08-01T23:59:59+08:00', 'RC010 too_early'),
	(36, '2014-08-02T00:00:00+08:00', 'done'),
	(37, '2014-10-01T23:59:59+08:00', 'done'),
	(38, '2014-10-02T00:00:00+08:00', 'RC010 card_expired')) AS d (n, at, says);
SELECT results_eq($$SELECT o.applied_at, o.pay_by, h.at
		FROM orders o JOIN order_history h USING (order_no)
		JOIN applicant USING (order_no)
		WHERE card_no = test.card(36)$$,
	$$VALUES ('2014-08-02T00:00:00+08:00'::timestamptz,
		'2014-08-04T00:00:00+08:00'::timestamptz,
		'2014-08-02T00:00:00+08:00'::timestamptz)$$,
	'an imported application keeps its own time');
SELECT is(test.attempt(format('SELECT recard.submit(%L)', test.application(40,
	'{"applied_at": "2026-11-01T09:00:00+08:00"}')), 'recard_portal'),
	'RC010 applied_at_not_allowed: only an import may say when the '
	'application was made', 'the portal may not say when it was made');
SELECT is(left(test.attempt(format('SELECT recard.submit(%L, %L)',
	test.application(40, '{"applied_at": "2026-11-01T09:00:00+08:00"}'),
	:at), 'recard_ctl'), 4), 'done', 'recardctl may');
SELECT is(left(test.attempt(format('SELECT recard.submit(%L, %L)',
	test.application(41), :at), 'recard_portal'), 4), 'done',
	'the portal applies without');
SELECT is((SELECT h.actor FROM order_history h JOIN applicant USING (order_no)
	WHERE card_no = test.card(41)), 'recard_portal', 'and stands in the history');

-- Price, deadline, number, secrets -----------------------------------------------

SELECT test.apply(n, at, more)
FROM (VALUES (50, '2026-05-31T23:59:59+08:00'::timestamptz, '{}'::jsonb),
	(51, '2026-06-01T00:00:00+08:00', '{}'),
	(52, '2026-11-20T10:00:00+08:00', '{}'),
	(53, '2026-11-01T10:00:00+08:00', '{"product": "foreign_resident"}'),
	(54, '2026-11-01T23:59:59+08:00', '{"product": "foreign_resident"}'),
	(55, '2026-11-02T00:00:00+08:00', '{"product": "foreign_resident"}'))
	AS a (n, at, more) \g /dev/null
SELECT results_eq($$SELECT product, amount, pay_by, status::text, moves
		FROM orders JOIN applicant USING (order_no)
		WHERE card_no BETWEEN test.card(50) AND test.card(55)
		ORDER BY card_no$$,
	$$VALUES ('moica', 228, '2026-06-02T23:59:59+08:00'::timestamptz,
		'unpaid', 0),
	('moica', 240, '2026-06-03T00:00:00+08:00', 'unpaid', 0),
	('moica', 240, '2026-11-22T10:00:00+08:00', 'unpaid', 0),
	('foreign_resident', 278, '2026-11-17T00:00:00+08:00', 'unpaid', 0),
	('foreign_resident', 278, '2026-11-17T00:00:00+08:00', 'unpaid', 0),
	('foreign_resident', 278, '2026-11-18T00:00:00+08:00', 'unpaid', 0)$$,
	'the price of the day; 48 hours to the second, or to the end of the '
	'fifteenth day in Taipei');

SELECT matches(order_text(:first), '^261123[0-9]{8}$',
	'the number starts with the day');
SELECT is((SELECT sum(substr(order_text(order_no), i, 1)::integer
		* CASE i % 2 WHEN 1 THEN 3 ELSE 1 END) % 10
	FROM generate_series(1, 14) AS i), 0::bigint,
	'and ends in the check digit: ' || order_text(order_no))
FROM orders ORDER BY order_no;
SELECT is(order_number(w.written), w.number, format('%s is read as %s',
	coalesce(w.written, 'nothing'), coalesce(w.number::text, 'no number')))
FROM (VALUES (order_text(:first), :first), (NULL, NULL), ('', NULL),
	('00000000000000', 0), (order_text(:first) || ' ', NULL),
	(left(order_text(:first), 13), NULL), ('1234567890123x', NULL),
	(overlay(order_text(:first) PLACING
		((right(order_text(:first), 1)::integer + 1) % 10)::text
		FROM 14), NULL)) AS w (written, number);
SELECT setval('order_sequence', 9999998, true) \g /dev/null
SELECT is(substr(order_text(test.apply(56,
	'2026-11-25T09:00:00+08:00')), 7, 7), '9999999',
	'the last number of the sequence');
SELECT is(substr(order_text(test.apply(57,
	'2026-11-25T09:00:00+08:00')), 7, 7), '0000000',
	'and it starts again from zero');
SELECT setval('order_sequence', 1000, true) \g /dev/null
SELECT is(substr(order_text(test.apply(58, '2026-11-23T15:59:59Z')), 1, 6),
	'261123', 'the day is Taipei''s: still the 23rd');
SELECT is(substr(order_text(test.apply(59, '2026-11-23T16:00:00Z')), 1, 6),
	'261124', 'and now the 24th');

SELECT matches(user_code_hash, '^\$2a\$10\$', 'a code in clear becomes bcrypt')
FROM activation WHERE order_no = (submit(test.application(22)
	- 'user_code_hash' || '{"user_code": "abc123"}', :at)
	->> 'order_no')::bigint;
SELECT is(user_code_hash, recard_crypto.crypt('abc123', user_code_hash),
	'which knows the code')
FROM activation JOIN applicant USING (order_no) WHERE card_no = test.card(22);
SELECT is(user_code_hash, '$scrypt$ln=15$x$y', 'a program''s own hash is kept')
FROM activation WHERE order_no = test.apply(23, :at,
	'{"user_code_hash": "$scrypt$ln=15$x$y"}');
SELECT matches(test.attempt(format('SELECT submit(%L, %L)', test.application(24,
	jsonb_build_object('user_code_hash', h.hash)), :at)), '^23514 ',
	'what is no slow hash is refused: ' || h.hash)
FROM (VALUES ('abc123'), ('$1$md5$'), ('')) AS h (hash);
SELECT is_empty(format('SELECT FROM activation WHERE %L IN (user_code_hash)',
	'abc123'), 'the code itself is nowhere');

-- Repeats and second orders --------------------------------------------------------

SELECT is(submit(test.application(1), :at) - 'pay_by', jsonb_build_object(
	'order_no', order_text(:first), 'outcome', 'repeated', 'amount', 240,
	'warnings', '[]'::jsonb), 'the same request gives the same order');
SELECT is(submit(test.application(1, '{"address": "別處"}'), :at) ->> 'outcome',
	'repeated', 'whatever else it says');
SELECT is((SELECT address FROM applicant WHERE order_no = :first),
	'臺北市中正區重慶南路一段1號', 'and changes nothing');
SELECT is((SELECT count(*) FROM applicant WHERE card_no = test.card(1)),
	1::bigint, 'there is one order');
SELECT cancel_order(:first, 'op', 'asked for') \g /dev/null
SELECT is(submit(test.application(1), :at) ->> 'order_no', order_text(:first),
	'also when it has ended');
SELECT is(submit(test.application(1, '{"request_id": "another"}'), :at)
	->> 'outcome', 'created', 'then the card may have a new order');
SELECT matches(test.attempt(format('SELECT submit(%L, %L)', test.application(1,
	'{"request_id": "third"}'), :at)), '^RC010 open_order',
	'one at a time');
SAVEPOINT control;
DROP INDEX one_open_order_per_card;
CREATE OR REPLACE FUNCTION renewal_obstacle(of_card text, of_product text,
	at timestamptz DEFAULT now(), OUT code text, OUT words text,
	OUT way_out text) LANGUAGE sql AS 'SELECT NULL, NULL, NULL';
SELECT is(test.attempt(format('SELECT submit(%L, %L)', test.application(1,
	'{"request_id": "third"}'), :at)), 'done',
	'control: it is the unique index that says so');
ROLLBACK TO control;

-- Warnings
SELECT is((submit(test.application(25, '{"postal_code": "880",
	"address": "澎湖縣馬公市中正路1號"}'), :at)) -> 'outlying_island',
	'true', 'an outlying island is told');
SELECT is(submit(test.application(26, '{"postal_code": "880"}'), :at)
	-> 'warnings', '["postal_code_district"]',
	'a code of another district is a warning, no error');
SELECT is(submit(test.application(27, '{"address": "台北市中正區館前路1號"}'),
	:at) -> 'warnings', '[]', 'a good address has none');

-- National IDs
SELECT is(holder_id_ok(i.id), i.good, format('%s is %s', i.id, CASE
	WHEN i.good THEN 'right' ELSE 'wrong' END))
FROM (VALUES ('A123456789', true), ('A800000014', true), ('AB23456789', true),
	('A123456788', false), ('A323456789', false), ('a123456789', false),
	('A1234567890', false), ('A12345678', false), ('AE23456789', false),
	('1123456789', false), ('Ａ123456789', false), ('', false),
	(E'A123456789\n', false)) AS i (id, good);
SELECT is(holder_id_ok(NULL), false, 'nothing is no ID');
SELECT is_empty(format('SELECT FROM applicant a WHERE a.* ::text LIKE %L',
	'%' || test.holder(1) || '%'), 'the ID is not stored');

SELECT is_empty('SELECT * FROM verify()', 'all invariants hold');
SELECT * FROM finish();
ROLLBACK;
