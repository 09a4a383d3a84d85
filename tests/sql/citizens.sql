-- Shows what the portal may ask for whoever has logged in: log-in with each
-- reason to refuse it, sessions and their end, what a holder sees, applies for
-- and edits, and that another's order looks like none.
BEGIN;
\ir steps.psql
SELECT no_plan();

\set at '''2026-11-23T09:00:00+08:00'''::timestamptz
SELECT test.register(n, '2026-12-20') FROM generate_series(1, 30) AS n
\g /dev/null
SELECT test.register(2, '2026-12-20', '{"status": "suspended"}'),
	test.register(3, '2026-12-20', '{"status": "revoked"}'),
	test.register(4, '2026-12-20', '{"status": "inactive"}'),
	test.register(5, '2026-11-22'), test.register(6, '2026-11-23'),
	test.register(7, '2026-12-20', '{"serial": "0A1b"}'),
	test.register(8, '2027-06-01'), test.register(9, '2026-12-20',
		jsonb_build_object('card_no', test.card(109))) \g /dev/null

-- Log-in -----------------------------------------------------------------------------

SELECT is(test.login(1, :at), jsonb_build_object('name', '王○○', 'card',
	jsonb_build_object('card_no', 'TP○○○○○○○○○○0001', 'not_after',
		'2026-12-20', 'status', 'valid')), 'a log-in, and who it is');
SELECT is(test.login(l.n, :at, l.more) -> 'refused' ->> 'code', l.code, l.why)
FROM (VALUES (2, '{}'::jsonb, 'card_suspended', 'a suspended card'),
	(3, '{}', 'card_revoked', 'a revoked one'),
	(4, '{}', 'card_inactive', 'a new one that waits for nothing'),
	(5, '{}', 'card_expired', 'one that expired yesterday'),
	(6, '{}', NULL, 'one that expires today logs in'),
	(7, '{"serial": "0B"}', 'serial_mismatch', 'another certificate'),
	(7, '{"serial": "A1B"}', NULL, 'the same in other letters'),
	(10, '{}', NULL, 'the register may know none'),
	(11, '{"card": "TP99999999999999"}', 'unknown_card', 'no such card'),
	(11, '{"holder": "A123456789"}', 'holder_mismatch', 'another''s ID'),
	(11, '{"challenge": "c11"}', NULL, 'a challenge'),
	(12, '{"challenge": "c11"}', 'challenge_used', 'counts once'))
	AS l (n, more, code, why);
SELECT is((SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(test.login(3,
	:at) -> 'refused') AS k), '{code,text,way_out}',
	'a refusal says what to do');
SELECT matches(test.login(5, :at) -> 'refused' ->> 'way_out', 'customer service',
	'when the card has expired, customer service looks');
SELECT is(test.login(12, :at, '{"challenge": "c11", "holder": "A123456789"}')
	-> 'refused' ->> 'code', 'challenge_used', 'whoever brings it');
SELECT is((SELECT count(*) FROM citizen_session), 5::bigint,
	'what was refused is no session');
SELECT throws_ok(format('SELECT test.login(13, %L, ''{"session": "session-1"}'')',
	:at), '23505', NULL, 'nobody gets another''s session');

-- The limits.
SELECT is(test.login(14, :at + make_interval(mins => 10 * n),
	'{"holder": "A123456789"}') -> 'refused' ->> 'code', 'holder_mismatch',
	'wrong ID ' || n) FROM generate_series(1, 5) AS n;
SELECT is(test.login(14, :at + interval '1 hour') -> 'refused' ->> 'code',
	'too_many_wrong_ids', 'then the right one is refused as well');
SELECT is(test.login(15, :at + interval '1 hour') ->> 'refused', NULL,
	'with another card it is not');
SELECT is(test.login(14, :at + interval '70 minutes') ->> 'refused', NULL,
	'an hour after the first of them it is taken');
SELECT is(test.login(16, :at + make_interval(secs => n), jsonb_build_object(
	'session', 's16-' || n)) ->> 'refused', NULL, 'log-in ' || n)
FROM generate_series(1, 10) AS n;
SELECT is(test.login(16, :at + interval '10 minutes') -> 'refused' ->> 'code',
	'too_many_logins', 'ten are enough');
SELECT is(test.login(16, :at + interval '601 seconds', '{"session": "s16-11"}')
	->> 'refused', NULL, 'for ten minutes');

-- Sessions ---------------------------------------------------------------------------

SELECT throws_like(format('SELECT citizen_home(test.session(25), %L)', :at),
	'session_over: %', 'no session');
SELECT is(left(test.attempt(format('SELECT citizen_home(test.session(1), '
	'%L::timestamptz + %L::interval)', :at, s.later)), 18), s.says,
	'after ' || s.later)
FROM (VALUES ('0 s', 'done'), ('14 min 59 s', 'done'),
	('29 min 58 s', 'done'), ('44 min 58 s', 'RC080 session_over'),
	('44 min 57 s', 'done'), ('7 h', 'RC080 session_over')) AS s (later, says);
UPDATE citizen_session SET seen_at = begun_at + interval '7 hours 59 minutes'
WHERE session = test.session(1);
SELECT is(left(test.attempt(format('SELECT citizen_home(test.session(1), '
	'%L::timestamptz + %L::interval)', :at, s.later)), 18), s.says,
	'busy all day, after ' || s.later)
FROM (VALUES ('7 h 59 min 59 s', 'done'), ('8 h', 'RC080 session_over'))
	AS s (later, says);
-- Written once a minute, not at every look.
SELECT citizen_home(test.session(6), :at + interval '60 seconds') \g /dev/null
SELECT is(seen_at, :at, 'a minute is not noted')
FROM citizen_session WHERE session = test.session(6);
SELECT citizen_home(test.session(6), :at + interval '61 seconds') \g /dev/null
SELECT is(seen_at, :at + interval '61 seconds', 'more is')
FROM citizen_session WHERE session = test.session(6);
SELECT citizen_logout(test.session(6)) \g /dev/null
SELECT throws_ok(format('SELECT citizen_home(test.session(6), %L)', :at),
	'RC080', NULL, 'logged out');
SELECT is_empty('SELECT FROM citizen_session WHERE session = test.session(6)',
	'nothing is left of it');

-- What he sees -------------------------------------------------------------------------

SELECT test.login(n, :at) FROM generate_series(17, 20) AS n \g /dev/null
SELECT test.login(8, :at), test.login(9, :at) \g /dev/null
SELECT citizen_home(test.session(17), :at) AS home \gset
SELECT is(:'home'::jsonb - 'products', jsonb_build_object('name', '王小明',
	'card', jsonb_build_object('card_no', 'TP○○○○○○○○○○0017',
		'not_after', '2026-12-20', 'status', 'valid',
		'rank', 'primary'),
	'may_apply', true, 'obstacle', NULL, 'orders', '[]'::jsonb,
	'more_orders', false), 'who may apply, and has no order');
SELECT is(:'home'::jsonb -> 'products' -> 0, jsonb_build_object('product',
	'moica', 'display', '自然人憑證', 'amount', 228, 'card_fee', 200,
	'postage', 28, 'renew_from', '2026-10-21', 'pay_rule', 'hours',
	'pay_window', 172800, 'pay_by', '2026-11-25T09:00:00+08:00',
	'channels', '[{"channel": "atm", "display": "ATM 轉帳"},
		{"channel": "credit", "display": "信用卡"}]'::jsonb,
	'obstacle', NULL), 'what it costs, and until when');
SELECT is(:'home'::jsonb -> 'products' -> 1 ->> 'pay_by',
	'2026-12-09T00:00:00+08:00', 'the second product: the end of a day');
SELECT is(citizen_home(test.session(n), :at) -> 'obstacle' ->> 'code', code,
	'obstacle of ' || n) FROM (VALUES (8, 'too_early'),
	(9, 'two_primary_cards'), (17, NULL)) AS o (n, code);
SELECT is(citizen_home(test.session(8), :at) -> 'obstacle' ->> 'text',
	'此卡號無法作線上申辦新憑證。訊息代碼：45', 'in the words of the rule');
SELECT is(citizen_home(test.session(8), :at) -> 'may_apply', 'false', 'he may not');

-- The days on which a card may renew: both ends, and leap years.
INSERT INTO product_price VALUES ('moica', '2000-01-01', 200, 28),
	('foreign_resident', '2000-01-01', 250, 28);
SELECT test.register(200 + n, d.expires) FROM (VALUES (1, '2014-10-01'::date),
	(2, '2024-02-29'), (3, '2024-04-29'), (4, '2025-04-29'))
	AS d (n, expires) \g /dev/null
SELECT is((renewal_obstacle(test.card(200 + d.n), 'moica', d.at)).code, d.code,
	format('card %s at %s', d.n, d.at))
FROM (VALUES (1, '2014-08-01T23:59:59+08:00'::timestamptz, 'too_early'),
	(1, '2014-08-02T00:00:00+08:00', NULL),
	(1, '2014-10-01T23:59:59+08:00', NULL),
	(1, '2014-10-02T00:00:00+08:00', 'card_expired'),
	(2, '2023-12-30T23:59:59+08:00', 'too_early'),
	(2, '2023-12-31T00:00:00+08:00', NULL),
	(2, '2024-02-29T23:59:59+08:00', NULL),
	(2, '2024-03-01T00:00:00+08:00', 'card_expired'),
	(3, '2024-02-28T23:59:59+08:00', 'too_early'),
	(3, '2024-02-29T00:00:00+08:00', NULL),
	(4, '2025-02-27T23:59:59+08:00', 'too_early'),
	(4, '2025-02-28T00:00:00+08:00', NULL)) AS d (n, at, code);

-- Applying -----------------------------------------------------------------------------

CREATE FUNCTION test.filled_in(more jsonb DEFAULT '{}') RETURNS jsonb
LANGUAGE sql AS $$
	SELECT test.application(17, '{"request_id": "same"}')
		- 'card_no' - 'holder_id' || more
$$;
SELECT citizen_apply(test.session(17), test.filled_in(), :at) AS made \gset
SELECT is(:'made'::jsonb ->> 'outcome', 'created', 'an application');
SELECT :'made'::jsonb ->> 'order_no' AS mine \gset
SELECT results_eq(format('SELECT card_no, holder_hash(test.holder(17)) = '
	'holder_hash FROM applicant WHERE order_no = %s', :'mine'),
	$$VALUES (test.card(17), true)$$, 'card and holder are those of the session');
SELECT results_eq(format('SELECT actor, at FROM order_history WHERE order_no = %s',
	:'mine'), format('VALUES (''holder'', %L::timestamptz)', :at),
	'the history names nobody');
SELECT is(citizen_apply(test.session(17), test.filled_in(), :at) ->> 'outcome',
	'repeated', 'the same again');
SELECT is(citizen_apply(test.session(18), test.filled_in(jsonb_build_object(
	'card_no', test.card(19), 'holder_id', test.holder(19))), :at)
	->> 'outcome', 'created',
	'another''s request of that number is another request');
SELECT is((SELECT card_no FROM applicant WHERE holder_hash
	= holder_hash(test.holder(18))), test.card(18),
	'for his own card, whatever it says');
SELECT is(left(test.attempt(format('SELECT citizen_apply(test.session(%s), %L, %L)',
	r.n, CASE WHEN r.more IS NULL THEN NULL ELSE test.filled_in(r.more) END,
	:at)), length(r.says)), r.says, r.says)
FROM (VALUES (17, '{"request_id": "other"}'::jsonb, 'RC010 open_order'),
	(8, '{}', 'RC010 too_early'), (9, '{}', 'RC010 two_primary_cards'),
	(19, '{"phone": null}', 'RC010 missing_phone'),
	(19, '{"email": "x"}', 'RC010 bad_email'),
	(19, '{"applied_at": "2026-11-22T09:00:00+08:00"}',
		'RC010 applied_at_not_allowed'),
	(19, '{"user_code": "abc123"}', 'RC010 two_user_codes'),
	(19, NULL, 'RC010 not_an_object'), (25, '{}', 'RC080 session_over'))
	AS r (n, more, says);
SELECT is(citizen_check_address(test.session(19), '880', '澎湖縣馬公市中正路1號',
	:at), '{"outlying_island": true, "warnings": []}', 'an island is told');
SELECT is(citizen_check_address(test.session(19), '880', '臺北市中正區',
	:at) -> 'warnings', '["postal_code_district"]', 'a district is warned of');
SELECT matches(test.attempt(format('SELECT citizen_check_address('
	'test.session(19), ''099'', ''x'', %L)', :at)),
	'^RC010 unknown_postal_code', 'and what is not in Taiwan refused');

-- His order ------------------------------------------------------------------------------

SELECT citizen_order(test.session(17), :mine, :at) AS seen \gset
SELECT is(:'seen'::jsonb - 'steps' - 'channels', jsonb_build_object('order_no',
	:'mine', 'product', 'moica', 'product_display', '自然人憑證',
	'status', 'unpaid', 'display', '待繳費', 'held', false, 'amount', 228,
	'applied_at', '2026-11-23T09:00:00+08:00',
	'pay_by', '2026-11-25T09:00:00+08:00', 'paid_at', NULL,
	'name', '王小明', 'postal_code', '100006',
	'address', '臺北市中正區重慶南路一段17號', 'outlying_island', false,
	'phone', '0912-345-678', 'email', 'a@example.tw', 'can_edit', true,
	'letter', NULL, 'activation', '{"open": false, "locked": false,
		"tries_left": 4, "activated_at": null}'::jsonb),
	'what he filled in, and how far it is');
SELECT results_eq(format($$SELECT s ->> 'event', s ->> 'status', s ->> 'at'
		FROM jsonb_array_elements(%L::jsonb) WITH ORDINALITY
			AS s (s, place) ORDER BY place$$, :'seen'::jsonb -> 'steps'),
	$$VALUES ('applied', 'unpaid', '2026-11-23T09:00:00+08:00'),
	(NULL, 'paid', NULL), (NULL, 'queued', NULL), (NULL, 'producing', NULL),
	(NULL, 'produced', NULL), (NULL, 'mailed', NULL),
	(NULL, 'delivered', NULL), (NULL, 'activated', NULL)$$,
	'the way behind it, and before it');
SELECT is(citizen_edit(test.session(17), :mine, '{"postal_code": "880",
	"address": "澎湖縣馬公市中正路1號"}', :at),
	'{"outlying_island": true, "warnings": []}', 'he edits it');
SELECT is(citizen_order(test.session(17), :mine, :at) ->> 'address',
	'澎湖縣馬公市中正路1號', 'and sees it');
SELECT results_eq(format($$SELECT actor, reason FROM operator_act
		WHERE subject = %L$$, :'mine'), $$VALUES ('holder',
	'address postal_code')$$, 'it is recorded, without what it was');
SELECT is(left(test.attempt(format('SELECT citizen_edit(test.session(17), %s, '
	'%L, %L)', :mine, e.changes, :at)), length(e.says)), e.says, e.changes)
FROM (VALUES ('{"name": "x"}', 'RC010 bad_change'), ('{}', 'RC010 bad_change'),
	('{"phone": "x"}', 'RC010 bad_phone'),
	('{"address": null}', 'RC010 missing_address')) AS e (changes, says);
SELECT jsonb_path_query_first(citizen_home(test.session(17), :at), '$.orders[0]')
	AS listed \gset
SELECT is(:'listed'::jsonb, jsonb_build_object('order_no', :'mine', 'product',
	'moica', 'status', 'unpaid', 'display', '待繳費', 'held', false,
	'amount', 228, 'applied_at', '2026-11-23T09:00:00+08:00',
	'pay_by', '2026-11-25T09:00:00+08:00',
	'moved_at', '2026-11-23T09:00:00+08:00', 'can_edit', true,
	'can_activate', false), 'it is on his page');
SELECT is(citizen_home(test.session(17), :at) -> 'obstacle' ->> 'code',
	'open_order', 'and the reason why he cannot apply again');
SELECT test.pay(:mine) \g /dev/null
SELECT matches(test.attempt(format('SELECT citizen_edit(test.session(17), %s, '
	'''{"address": "x"}'', %L)', :mine, :at)), '^RC010 frozen: ',
	'paid is frozen');
SELECT is(citizen_order(test.session(17), :mine, :at) -> 'can_edit', 'false',
	'as he is told before');

-- Another's ----------------------------------------------------------------------------------

SELECT submit(test.application(20), :at) ->> 'order_no' AS others \gset
CREATE TEMPORARY TABLE asked (place serial, call text, says text);
INSERT INTO asked (call, says) VALUES ('citizen_order(%s, %s, %L)', NULL),
	('citizen_edit(%s, %s, ''{"phone": "02-12345678"}'', %L)', NULL),
	('citizen_activation(%s, %s, %L)', NULL),
	('(activation_begin(%s, %s, %L)).state', 'no_such_order'),
	('activation_end(%s, %s, 1, true, %L)', 'no_such_order');
CREATE FUNCTION test.value(command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	said text;
BEGIN
	EXECUTE command INTO said;
	RETURN said;
END
$$;
SELECT is(test.value('SELECT ' || format(a.call, 'test.session(19)', o.number,
	:at)), a.says, format('%s of %s', a.call, o.what))
FROM asked a, (VALUES (:others::bigint, 'another'), (99999999999990, 'nobody'))
	AS o (number, what) ORDER BY a.place;
SELECT results_eq(format($$SELECT order_no, count(*), min(actor)
		FROM access_record WHERE purpose LIKE 'portal, refused: %%'
		GROUP BY order_no ORDER BY order_no$$), format($$VALUES
	(%s::bigint, 5::bigint, 'holder ' || left(encode(holder_hash(
		test.holder(19)), 'hex'), 12)),
	(99999999999990, 5, 'holder ' || left(encode(holder_hash(
		test.holder(19)), 'hex'), 12))$$, :others),
	'each is recorded, with who asked');
SELECT is((SELECT phone FROM applicant WHERE order_no = :others),
	'0912-345-678', 'and nothing came of it');
SELECT citizen_order(test.session(19), n, :at) FROM generate_series(1, 10) AS n
\g /dev/null
SELECT throws_ok(format('SELECT citizen_order(test.session(19), 1, %L)', :at),
	'RC080', NULL, 'who tries twenty numbers is logged out');

-- Twenty orders are shown, and that there are more.
SELECT test.register(26, '2026-12-20') \g /dev/null
SELECT test.login(26, :at) \g /dev/null
SELECT cancel_order((citizen_apply(test.session(26), test.filled_in(
	jsonb_build_object('request_id', 'r' || n)), :at) ->> 'order_no')::bigint,
	'op', 'asked for') FROM generate_series(1, 21) AS n \g /dev/null
SELECT results_eq(format('SELECT jsonb_array_length(h -> ''orders''), '
	'h -> ''more_orders'' FROM citizen_home(test.session(26), %L) AS h', :at),
	'VALUES (20, ''true''::jsonb)', 'twenty, and more');

-- What is over goes.
SELECT results_eq(format($$SELECT what, rows > 0 FROM prune(%L::timestamptz
		+ interval '27 hours') WHERE what IN ('citizen_session',
		'login_challenge_used', 'login_attempt') ORDER BY what$$, :at),
	$$VALUES ('citizen_session', true), ('login_attempt', true),
	('login_challenge_used', true)$$, 'the night clears it');
SELECT is((SELECT count(*) FROM citizen_session)
	+ (SELECT count(*) FROM login_attempt)
	+ (SELECT count(*) FROM login_challenge_used), 0::bigint, 'all of it');

SELECT is_empty('SELECT * FROM verify()', 'all invariants hold');
SELECT * FROM finish();
ROLLBACK;
