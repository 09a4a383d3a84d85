-- Shows how a card is activated: tries that are reserved before they are
-- judged, the fourth that locks, the right code once, unlocking, and cards that
-- can not be activated.
BEGIN;
\ir steps.psql
SELECT no_plan();

SELECT test.mailed(n) FROM generate_series(1, 8) AS n \g /dev/null
SELECT order_no AS a, test.session_of(order_no) AS holder FROM applicant
WHERE card_no = test.card(1) \gset
CREATE FUNCTION test.order_of(n integer) RETURNS bigint LANGUAGE sql AS $$
	SELECT order_no FROM applicant WHERE card_no = test.card(n)
$$;
SELECT test.apply(9) AS unpaid \gset
CREATE FUNCTION test.begin(of_order bigint) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', state, try_no, hash)
	FROM activation_begin(test.session_of(of_order), of_order)
$$;
CREATE FUNCTION test.ended(of_order bigint, try_no integer, right_code boolean)
RETURNS text LANGUAGE sql AS $$
	SELECT activation_end(test.session_of(of_order), of_order, try_no,
		right_code)
$$;
CREATE FUNCTION test.code(of_order bigint) RETURNS text LANGUAGE sql AS $$
	SELECT format('%s tries%s%s', tries, CASE WHEN locked_at IS NOT NULL
		THEN ', locked' END, CASE WHEN activated_at IS NOT NULL
		THEN ', activated' END)
	FROM activation WHERE order_no = of_order
$$;

-- What he looks at -----------------------------------------------------------------

SELECT is(citizen_activation(:'holder', :a), jsonb_build_object('order_no',
	order_text(:a), 'status', 'mailed', 'certificate', jsonb_build_object(
		'name', '王小明', 'card_no', j.new_card_no, 'serial', '0A',
		'valid_from', taipei_date(now()), 'valid_to', current_date + 1826,
		'rank', 'primary', 'status', 'inactive',
		'issuer', '內政部憑證管理中心', 'product', '自然人憑證'),
	'open', true, 'locked', false, 'tries_left', 4, 'activated_at', NULL),
	'the content of the new certificate')
FROM card_job j WHERE j.order_no = :a;
SELECT is(citizen_activation(test.session_of(:unpaid), :unpaid)
	- 'order_no' - 'status', '{"certificate": null, "open": false,
	"locked": false, "tries_left": 4, "activated_at": null}',
	'there is none yet');
SELECT is(citizen_home(:'holder') -> 'orders' -> 0 -> 'can_activate', 'true',
	'and his page offers it');
SELECT is(citizen_order(:'holder', :a) -> 'letter' ->> 'tracking_no',
	test.tracking(:a / 10 % 1000000), 'he sees the number of his letter');

-- Tries -----------------------------------------------------------------------------

SELECT is(test.begin(:unpaid), 'not_open', 'not before the letter is out');
SELECT is(test.begin(:a), '' || format('open %s $scrypt$test', n),
	'try ' || n || ' is reserved') FROM generate_series(1, 3) AS n;
SELECT is(test.code(:a), '3 tries', 'and counts at once');
SELECT is(test.ended(:a, 2, false), 'wrong', 'a wrong one');
SELECT is(test.ended(:a, 2, false), 'wrong', 'told again');
SELECT is(test.ended(:a, 2, true), 'wrong', 'and not otherwise');
SELECT is(test.begin(:a), 'open 4 $scrypt$test', 'the fourth');
SELECT is(test.code(:a), '4 tries, locked', 'locks at once');
SELECT is(test.begin(:a), 'locked', 'there is no fifth, nor a hash to guess at');
SELECT is(test.ended(:a, 4, false), 'locked', 'the fourth was wrong');
SELECT is(test.ended(:a, 5, true), 'not_open', 'what was not reserved is none');
SELECT is(test.status(:a), 'mailed', 'nothing came of it');
SELECT is(test.ended(:a, 3, NULL), 'locked', 'no verdict is a wrong one');
SELECT is(citizen_activation(:'holder', :a) -> 'locked', 'true', 'he is told');
SELECT is(citizen_activation(:'holder', :a) -> 'tries_left', '0', 'in numbers');
SELECT is(test.ended(:a, 1, true), 'activated',
	'one that was reserved before the lock, and was right');
SELECT is(test.code(:a), '0 tries, activated', 'takes the lock away');
SELECT is(test.status(:a), 'activated', 'the order is activated');
SELECT results_eq(format('SELECT c.status FROM certificate c JOIN card_job j
		ON j.new_card_no = c.card_no WHERE j.order_no = %s', :a),
	ARRAY['valid'], 'and the card');
SELECT is((SELECT status FROM certificate WHERE card_no = test.card(1)), 'valid',
	'the old one lives until its own end');
SELECT is(test.ended(:a, 1, true), 'activated', 'the answer may be asked for again');
SELECT is(test.begin(:a), 'activated', 'but nothing is done twice');
SELECT results_eq(format($$SELECT actor, count(*) FROM order_history
		WHERE order_no = %s AND event = 'activated' GROUP BY actor$$, :a),
	$$VALUES ('holder', 1::bigint)$$, 'one row of history, which names nobody');

-- Two right ones at once: the second finds it done.
SELECT test.order_of(2) AS b \gset
SELECT test.begin(:b), test.begin(:b) \g /dev/null
SELECT is(test.ended(:b, n, true), 'activated', 'right, ' || n)
FROM generate_series(1, 2) AS n;
SELECT is((SELECT count(*) FROM order_history WHERE order_no = :b
	AND event = 'activated'), 1::bigint, 'activated once');

-- Unlocking --------------------------------------------------------------------------

SELECT test.order_of(3) AS c \gset
SELECT is(test.activate(:c, false), CASE n WHEN 4 THEN 'locked' ELSE 'wrong' END,
	'wrong code ' || n) FROM generate_series(1, 4) AS n;
SELECT is(test.activate(:c), 'locked', 'then the right one is of no use');
SELECT bag_eq(format('SELECT name, value FROM order_show(%s)
		WHERE section = ''activation'' AND name <> ''locked_at''', :c),
	$$VALUES ('user_code', 'locked'), ('tries_left', '0')$$,
	'customer service sees it');
SELECT results_eq('SELECT order_no, tries, locked FROM activation_list(false, 10, NULL)',
	format('VALUES (%L, 4, true)', order_text(:c)), 'also in the list');
SELECT matches(test.attempt(format('SELECT activation_unlock(%s, ''op'', '
	'''x'')', :a)), '^RC020 .*not locked', 'what is not locked');
SELECT activation_unlock(:c, 'op', 'holder remembers') \g /dev/null
SELECT results_eq(format('SELECT actor, reason FROM operator_act
		WHERE act = ''unlock'' AND subject = %L', order_text(:c)),
	$$VALUES ('op', 'holder remembers')$$, 'an unlock is recorded');
SELECT is(test.activate(:c, false), 'wrong', 'tries start again');
SELECT results_eq(format($$SELECT value FROM activation_show(%s)
		WHERE section LIKE 'try %%'$$, :c),
	$$SELECT 'wrong' FROM generate_series(1, 5)$$, 'each try is kept');
SELECT is_empty('SELECT * FROM activation_list(true, 10, NULL)',
	'none is locked');
SELECT is(test.activate(:c), 'activated', 'the right code');

-- Cards that cannot be activated --------------------------------------------------------

SELECT test.order_of(4) AS d, test.order_of(5) AS e, test.order_of(6) AS f \gset
UPDATE certificate SET status = 'revoked' WHERE card_no = (SELECT new_card_no
	FROM card_job WHERE order_no = :d AND state = 'made');
SELECT is(test.begin(:d), 'not_open', 'a new card that was revoked');
SELECT test.begin(:e) \g /dev/null
UPDATE certificate SET status = 'suspended' WHERE card_no = (SELECT new_card_no
	FROM card_job WHERE order_no = :e AND state = 'made');
SELECT is(test.ended(:e, 1, true), 'not_open', 'or while the try was judged');
SELECT is((SELECT c.status FROM certificate c JOIN card_job j
	ON j.new_card_no = c.card_no WHERE j.order_no = :e), 'suspended',
	'it stays so');
SELECT test.begin(:f) \g /dev/null
SELECT test.mail(:f, 'I7') \g /dev/null
SELECT is(test.ended(:f, 1, true), 'not_open', 'a letter that came back');
SELECT is(test.begin(:f), 'not_open', 'likewise before');
-- The new card itself logs in, to be activated, and not otherwise.
SELECT test.order_of(7) AS g \gset
SELECT j.new_card_no AS new_card FROM card_job j WHERE j.order_no = :g \gset
SELECT is(test.login(7, now(), jsonb_build_object('card', :'new_card',
	'session', 'new')) -> 'card' ->> 'status', 'inactive',
	'the new card logs in');
SELECT is(citizen_home(sha256('new')) -> 'obstacle' ->> 'way_out',
	'activate it first', 'and may do nothing else');
SELECT test.mail(:g, 'I7') \g /dev/null
SELECT is(test.login(7, now(), jsonb_build_object('card', :'new_card',
	'session', 'newer')) -> 'refused' ->> 'code', 'card_inactive',
	'not when the letter came back');

-- Codes reset at the counter ---------------------------------------------------------------

SELECT test.mailed(n) FROM generate_series(11, 15) AS n \g /dev/null
SELECT test.order_of(11) AS k, test.order_of(12) AS l, test.order_of(13) AS m,
	test.order_of(14) AS o, test.order_of(15) AS p \gset
-- Books requests {order, card?, hash?, at?, office?}; how each line ended.
CREATE FUNCTION test.reset(VARIADIC requests jsonb[]) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	booked record;
BEGIN
	SELECT b.* INTO booked FROM (SELECT array_agg(n + 1) AS lines,
			array_agg((r ->> 'order')::bigint) AS orders,
			array_agg(coalesce(r ->> 'card', (SELECT new_card_no
				FROM card_job j WHERE j.state = 'made'
				AND j.order_no = (r ->> 'order')::bigint))) AS cards,
			array_agg(coalesce(r ->> 'hash', '$scrypt$new')) AS hashes,
			array_agg(coalesce((r ->> 'at')::timestamptz, now()))
				AS times,
			array_agg(coalesce(r ->> 'office', '信義')) AS offices
		FROM unnest(requests) WITH ORDINALITY AS u (r, n)) AS f,
		book_code_resets('R-1.reset.p7m', test.digest(), 1, f.lines,
			f.orders, f.cards, f.hashes, f.times, f.offices, '{}',
			'{}', '{}', 'op') AS b;
	RETURN format('%s of %s, %s again', booked.applied, booked.rows,
		booked.duplicate) || coalesce((SELECT ': ' || string_agg(code,
		' ' ORDER BY line) FROM import_reject
		WHERE import_id = booked.import_id), '');
END
$$;
CREATE FUNCTION test.request(of_order bigint, more jsonb DEFAULT '{}')
RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('order', of_order) || more
$$;
SELECT test.activate(:k, false) FROM generate_series(1, 4) \g /dev/null
SELECT test.begin(:l) \g /dev/null
SELECT is(test.reset(test.request(:k, '{"hash": "$scrypt$k"}'),
	test.request(:l, '{"hash": "$scrypt$l"}')), '2 of 2, 0 again',
	'two codes are reset');
SELECT is(test.code(:k), '0 tries', 'the lock is gone');
SELECT is(test.begin(:k), 'open 5 $scrypt$k', 'the new code counts');
SELECT is(test.ended(:l, 1, true), 'not_open',
	'a try of the former code is void, also a right one');
SELECT is(test.status(:l), 'mailed', 'the card waits for its holder');
SELECT is(test.activate(:l), 'activated', 'who activates it');
SELECT results_eq(format($$SELECT actor, act, reason FROM operator_act
		WHERE subject = %L$$, order_text(:k)), format($$VALUES ('op',
	'code_reset', 'asked for at 信義, %s, file R-1.reset.p7m line 2')$$,
	taipei_time(now())), 'it is recorded');
SELECT is(test.reset(test.request(:k, '{"hash": "$scrypt$k"}'),
	test.request(:l), test.request(:m, '{"card": "NW99999999999999"}'),
	test.request(99999999999990), test.request(:m, jsonb_build_object('at',
		now() + interval '1 s')), test.request(:d), test.request(:unpaid)),
	'0 of 7, 1 again: activated_already wrong_card unknown_order '
	'requested_later order_over order_over', 'each reason to reject one');
SELECT is(test.reset(test.request(:o, '{"hash": "$scrypt$1"}'),
	test.request(:o, jsonb_build_object('hash', '$scrypt$0', 'at',
		now() - interval '1 hour'))), '1 of 2, 0 again: newer_request',
	'the newest of a file counts');
SELECT is(test.reset(test.request(:o, jsonb_build_object('hash', '$scrypt$0',
	'at', now() - interval '1 minute'))), '0 of 1, 0 again: newer_request',
	'and of several files');
SELECT is(user_code_hash, '$scrypt$1', 'it is the newest one')
FROM activation WHERE order_no = :o;
SELECT test.mail(:p, 'I7') \g /dev/null
SELECT is(test.reset(test.request(:p)), '1 of 1, 0 again',
	'while the letter comes back');
SELECT close_order(:p, 'op', 'holder has left') \g /dev/null
SELECT is(test.reset(test.request(:p, jsonb_build_object('at', now()))),
	'0 of 1, 1 again', 'the same again');
SELECT is(test.reset(test.request(:p, '{"hash": "$scrypt$2"}')),
	'0 of 1, 0 again: order_over', 'not once the order is over');
SELECT is(book_code_resets('again', digest, 1, '{}', '{}', '{}', '{}', '{}',
	'{}', '{}', '{}', '{}', 'op') IS NULL OR (book_code_resets('again',
	digest, 1, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', 'op'))
	.import_id IS NULL, true, 'a file is booked once')
FROM import WHERE kind = 'code_reset' ORDER BY import_id LIMIT 1;

-- What the tables refuse -----------------------------------------------------------------

SELECT test.order_of(8) AS h \gset
SELECT matches(test.attempt(format('UPDATE activation SET %s WHERE order_no = %s',
	c.change, :h)), '^23514 ', c.change)
FROM (VALUES ('tries = 5'), ('tries = 4'), ('locked_at = now()'),
	('activated_at = now(), tries = 1'), ('void_until = 1'),
	('user_code_hash = ''abc123''')) AS c (change);

SELECT is_empty('SELECT * FROM verify()', 'all invariants hold');
SELECT * FROM finish();
ROLLBACK;
