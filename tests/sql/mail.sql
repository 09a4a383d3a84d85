-- Shows the post's news: events in every order give one status, reasons by
-- name, promised dates against a table worked out by hand, what is overdue,
-- calendars by version, claims with their evidence.
BEGIN;
\ir steps.psql
SELECT no_plan();

-- Every order of three events ----------------------------------------------------

-- Ten random orders and more: all of them. Each letter is told the same
-- events, each at its own time, in another order; they must agree.
CREATE FUNCTION test.agree(first_n integer, codes text[], wanted text)
RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	turn record;
	letter bigint;
BEGIN
	FOR turn IN SELECT row_number() OVER () AS nth, a, b, c
		FROM generate_series(1, 3) a, generate_series(1, 3) b,
			generate_series(1, 3) c
		WHERE a <> b AND b <> c AND a <> c
	LOOP
		letter := test.mailed(first_n + turn.nth::integer);
		PERFORM test.mail(letter, codes[n], '2026-11-24 09:00+08'
			::timestamptz + n * interval '1 hour')
			FROM unnest(ARRAY[turn.a, turn.b, turn.c]) AS t (n);
		RETURN NEXT is(test.status(letter), wanted, format(
			'%s by time, told as %s', codes, ARRAY[codes[turn.a],
			codes[turn.b], codes[turn.c]]));
		RETURN NEXT is((SELECT count(*) FROM exception
				WHERE order_no = letter AND closed_at IS NULL
					AND kind = 'returned_mail'),
			(wanted = 'returned')::integer::bigint,
			'on the worklist exactly when it came back');
	END LOOP;
END
$$;
SELECT test.agree(100, '{I7,V2,I4}', 'delivered');
SELECT test.agree(110, '{I7,I4,V2}', 'mailed');
SELECT test.agree(120, '{V2,I7,I4}', 'delivered');
SELECT test.agree(130, '{V2,I4,I7}', 'returned');
SELECT test.agree(140, '{I4,V2,I7}', 'returned');
SELECT test.agree(150, '{I4,I7,V2}', 'returned');
SELECT test.agree(160, '{A1,G2,I2}', 'delivered');
SELECT test.agree(170, '{H4,T2,G9}', 'mailed');
SELECT test.agree(180, '{I4,VL,I4}', 'delivered');

-- Ten events in ten random orders.
CREATE FUNCTION test.shuffled(n integer, seed double precision)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	letter bigint := test.mailed(n);
BEGIN
	PERFORM setseed(seed);
	PERFORM test.mail(letter, code, '2026-11-24 09:00+08'::timestamptz
			+ place * interval '1 hour')
		FROM (SELECT code, place FROM unnest(ARRAY['A1', 'Z1', 'G4',
			'H4', 'G2', 'I2', 'V2', 'T2', 'Z7', 'I8'])
			WITH ORDINALITY AS e (code, place)
			ORDER BY random()) AS s;
	RETURN test.status(letter);
END
$$;
SELECT is(test.shuffled(200 + n, n / 10.0), 'returned',
	'ten events, random order ' || n) FROM generate_series(1, 10) AS n;

-- Which letter is meant -------------------------------------------------------------

SELECT test.mailed(220) AS a \gset
SELECT posted_on AS day, tracking_no AS number FROM mail_item
	WHERE order_no = :a \gset
SELECT is(test.event(:'day', :'number' || '303002', 'I4', now()), 'applied',
	'20 digits name the letter of their first 14');
SELECT is(test.event(:'day', :'number', 'I4', now()), 'duplicate',
	'the other form is no other event');
SELECT is(test.event(:'day'::date - 1, :'number', 'I4', now()),
	'unknown_letter', 'the number on another day is another letter');
SELECT is(undelivered_reason(words), reason, words || ': ' || reason)
FROM (VALUES ('招領逾期', 'not_picked_up'), ('查無此人', 'no_such_person'),
	('無此人', 'no_such_person'), ('址欠詳', 'incomplete_address'),
	('地址欠詳', 'incomplete_address'), ('遷移不明', 'moved_away'),
	('拒收', 'refused'), ('離職', 'left_employer'), ('死亡', 'deceased'),
	('信箱退租', 'box_given_up'), ('查無地址', 'no_such_address'),
	('投箱待領逾期', 'box_not_emptied'), ('其他', 'other'),
	('原因不明', 'other')) AS t (words, reason);
SELECT is(undelivered_reason(''), NULL, 'nothing said, nothing known');
SELECT test.mailed(221) AS b \gset
SELECT is(test.event(i.posted_on, i.tracking_no, 'H4', now(), '拒收'),
	'applied', 'a reason comes with its event')
	FROM mail_item i WHERE order_no = :b;
SELECT results_eq(format('SELECT value LIKE ''H4 refused %%'' '
		'FROM order_show(%s) WHERE name = ''last_event''', :b),
	ARRAY[true], 'and is shown');
SELECT matches(test.attempt('DELETE FROM mail_event'), '^RC020 ',
	'what the post told stays');
SELECT matches(test.attempt('UPDATE mail_event SET code = ''I4'''), '^RC020 ',
	'as it was');

-- Promised dates ----------------------------------------------------------------------

-- By hand, from the official calendars of 2026 and 2027: main island, and
-- outlying islands (three working days more).
SELECT is(promised_date(t.posted::date, p.island), p.promised::date,
	concat_ws(' ', t.posted, CASE WHEN p.island THEN 'island' END))
FROM (VALUES
	-- no holiday between
	('2026-11-23', '2026-12-02', '2026-12-07'),
	('2026-11-27', '2026-12-08', '2026-12-11'),
	-- new year's day of 2026 on a Thursday
	('2025-12-31', '2026-01-12', '2026-01-15'),
	-- lunar new year 2026: 14 to 22 February
	('2026-02-11', '2026-03-02', '2026-03-05'),
	('2026-02-13', '2026-03-04', '2026-03-09'),
	-- on a day off, and 27 February off too
	('2026-02-18', '2026-03-04', '2026-03-09'),
	-- tomb sweeping 2026: 3 to 6 April
	('2026-03-31', '2026-04-13', '2026-04-16'),
	-- labour day, Friday
	('2026-04-29', '2026-05-11', '2026-05-14'),
	('2026-06-17', '2026-06-29', '2026-07-02'),
	-- mid-autumn and teachers' day: 25 to 28 September
	('2026-09-24', '2026-10-07', '2026-10-13'),
	-- national day 2026: Friday 9 October
	('2026-10-08', '2026-10-20', '2026-10-23'),
	('2026-10-22', '2026-11-03', '2026-11-06'),
	('2026-12-24', '2027-01-06', '2027-01-11'),
	-- lunar new year 2027: 4 to 10 February
	('2027-02-03', '2027-02-19', '2027-02-24'),
	('2027-02-26', '2027-03-10', '2027-03-15'),
	('2027-04-01', '2027-04-14', '2027-04-19'),
	('2027-04-29', '2027-05-11', '2027-05-14'),
	('2027-06-08', '2027-06-18', '2027-06-23'),
	('2027-09-14', '2027-09-24', '2027-09-30'),
	('2027-10-08', '2027-10-20', '2027-10-26'),
	('2027-12-23', '2028-01-05', '2028-01-10')) AS t (posted, main, islands),
LATERAL (VALUES (false, t.main), (true, t.islands)) AS p (island, promised);
SELECT test.apply(222, now(), '{"postal_code": "880"}') AS c,
	test.apply(223, now(), '{"postal_code": "880006"}') AS d \gset
SELECT test.pay(:c, :d), test.freeze() \g /dev/null
SELECT test.make(test.send_batch()), test.print() \g /dev/null
SELECT test.track(jsonb_build_array(test.line(:c, '{"day": "2026-02-13"}'),
	test.line(:d, '{"day": "2026-09-24"}'))) \g /dev/null
SELECT results_eq(format('SELECT promised_on FROM mail_item '
		'WHERE order_no IN (%s, %s) ORDER BY order_no', :c, :d),
	ARRAY['2026-03-09', '2026-10-13']::date[],
	'an island is known by its postal code, and the promise is stored');
SELECT results_eq(format('SELECT value FROM order_show(%s) '
	'WHERE name = ''promised_on''', :c), ARRAY['2026-03-09'], 'and shown');
SELECT results_eq($$SELECT order_no, promised_on, days_late FROM
		mail_overdue(1000, '2026-03-12 09:00+08')$$,
	format($$VALUES (%L, '2026-03-09'::date, 3)$$, order_text(:c)),
	'overdue the day after, counted in working days');
SELECT is_empty($$SELECT FROM mail_overdue(1000, '2026-03-09 23:59+08')$$,
	'the promised day itself is in time');
SELECT test.mail(:c, 'I4', '2026-03-11 09:00+08') \g /dev/null
SELECT is_empty($$SELECT FROM mail_overdue(1000, '2026-03-12 09:00+08')$$,
	'what was delivered is not overdue');
SELECT results_eq(format($$SELECT order_no FROM
	mail_overdue(10, '2026-10-20 09:00+08', %s)$$, :c),
	ARRAY[order_text(:d)], 'the list goes on after what arrived meanwhile');
SELECT is_empty($$SELECT FROM mail_overdue(10, '2026-10-20 09:00+08', 7)$$,
	'and does not begin again after what nobody knows');

-- Calendars -----------------------------------------------------------------------------

CREATE FUNCTION test.calendar(of_year integer, off date[], digest text)
RETURNS TABLE (of_year integer, version integer, changed integer)
LANGUAGE sql AS $$
	SELECT l.* FROM (SELECT array_agg(d) AS days, array_agg(
			extract(isodow FROM d) < 6 AND NOT d = ANY (off))
				AS working, array_agg('x'::text) AS notes
		FROM generate_series(0, (make_date($1, 12, 31)
			- make_date($1, 1, 1))) AS n,
		LATERAL (SELECT make_date($1, 1, 1) + n AS d) AS t) AS y,
	calendar_load(days, working, notes, 'c.csv', repeat(digest, 64), 'op')
		AS l
$$;
SELECT results_eq($$SELECT working_days, version FROM calendar_list(
		'2026-11-24') WHERE year IN (2026, 2027)$$,
	$$VALUES (245::bigint, 0), (244::bigint, 0)$$, 'the years that are shipped');
SELECT results_eq($$SELECT year, version FROM calendar_list('2027-11-24')
		ORDER BY year DESC LIMIT 1$$, $$VALUES (2028, NULL::integer)$$,
	'the next year is missing, and it says so');
SELECT results_eq($$SELECT * FROM test.calendar(2028, '{2028-01-03}', 'a')$$,
	$$VALUES (2028, 1, 1)$$, 'a new year');
SELECT is(working_day('2028-01-03'), false, 'is in force');
SELECT results_eq($$SELECT * FROM test.calendar(2028, '{2028-01-03}', 'a')$$,
	$$VALUES (2028, NULL::integer, NULL::integer)$$, 'the same file again');
SELECT results_eq($$SELECT * FROM test.calendar(2028,
		'{2028-01-04,2028-01-05}', 'b')$$,
	$$VALUES (2028, 2, 3)$$, 'a revision, with what it changes');
SELECT is(working_day('2028-01-03'), true, 'takes the place of the former');
SELECT matches(test.attempt($$SELECT calendar_load('{2028-01-01,2028-01-02}',
	'{t,t}', '{a,b}', 'c.csv', repeat('c', 64), 'op')$$), '^RC068 ',
	'part of a year is refused');
SELECT matches(test.attempt($$SELECT calendar_load('{}', '{}', '{}', 'c.csv',
	repeat('c', 64), 'op')$$), '^RC068 ', 'and nothing at all');
SELECT results_eq($$SELECT act, subject FROM operator_act
	WHERE act = 'import calendar' ORDER BY act_id$$,
	$$VALUES ('import calendar', '2028'), ('import calendar', '2028')$$,
	'imports are recorded acts');

-- A file that is taken back -----------------------------------------------------------------

SELECT test.apply(230) AS x, test.apply(231) AS y \gset
SELECT test.pay(:x, :y), test.freeze() \g /dev/null
SELECT test.make(test.send_batch()), test.print() \g /dev/null
SELECT import_id AS wrong FROM test.track(jsonb_build_array(
	test.line(:x, '{"number": "00000155555518"}'),
	test.line(:y, '{"number": "00000255555518"}'))) \gset
SELECT matches(test.attempt('DELETE FROM mail_item WHERE import_id = '
	|| :wrong), '^RC020 ', 'numbers are not deleted otherwise');
SELECT matches(test.attempt('SELECT decision_request(''revert_import'', '
	'''999999'', ''op'', ''x'')'), '^RC064 ', 'what is no file');
SELECT decision_request('revert_import', :'wrong', 'op', 'old file') AS ask \gset
SELECT matches(test.attempt(format('SELECT decision_settle(%s, true, ''op'', '
	''''')', :ask)), '^RC064 ', 'one alone cannot');
SELECT decision_settle(:ask, true, 'boss', '') \g /dev/null
SELECT is(test.status(n), 'produced', 'its orders wait again')
	FROM unnest(ARRAY[:x, :y]) AS n;
SELECT results_eq(format('SELECT count(*) FROM mail_item_reverted
	WHERE import_id = %s', :wrong), ARRAY[2::bigint], 'it stays on record');
SELECT is_empty(format('SELECT FROM notice WHERE order_no IN (%s, %s)
	AND kind = ''mailed'' AND reason IS DISTINCT FROM ''reverted''', :x, :y),
	'nobody hears of a wrong number');
SELECT is(outcome, 'reverted', 'and is listed so') FROM import_list('tracking',
	1000) WHERE import = :wrong;
SELECT matches(test.attempt(format('SELECT decision_request(''revert_import'', '
	'''%s'', ''op'', ''x'')', :wrong)), '^RC064 ', 'once');
SELECT import_id AS right_one FROM test.track(jsonb_build_array(
	test.line(:x, '{"number": "00000255555518"}'),
	test.line(:y, '{"number": "00000155555518"}'))) \gset
SELECT is(test.status(:x), 'mailed', 'the right file is taken, its numbers free');
SELECT test.mail(:y, 'G4') \g /dev/null
SELECT matches(test.attempt(format('SELECT decision_request(''revert_import'', '
	'''%s'', ''op'', ''x'')', :right_one)), '^RC064 .*gone on',
	'not when an event was built on it');

-- Claims --------------------------------------------------------------------------------

SELECT test.apply(224) AS e \gset
SELECT matches(test.attempt(format('SELECT claim_open(%s, ''op'', ''x'')', :e)),
	'^RC069 .*unpaid', 'no letter, no claim');
SELECT matches(test.attempt('SELECT claim_open(99, ''op'', ''x'')'),
	'^RC069 .*does not exist', 'nor for what is no order');
SELECT claim_open(:a, 'op', 'signed for, no card') AS claim \gset
SELECT matches(test.attempt(format('SELECT claim_open(%s, ''op'', ''x'')', :a)),
	'^RC069 .*has an open claim', 'one at a time');
SELECT is(claim_note(:claim, 'op', 'asked the post'), 1, 'a note');
SELECT is(claim_note(:claim, 'op', 'neighbour has it'), 2, 'another');
SELECT results_eq('SELECT claim, order_no, notes FROM claim_list(false, 10)',
	format('VALUES (%s::bigint, %L, 2::bigint)', :claim, order_text(:a)),
	'it is listed');
SELECT results_eq(format('SELECT DISTINCT split_part(section, '' '', 1)
		FROM claim_show(%s) ORDER BY 1', :claim),
	ARRAY['claim', 'event', 'history', 'letter', 'note'],
	'one page has all the evidence');
SELECT ok(EXISTS (SELECT FROM claim_show(:claim) WHERE name = 'told_by'
	AND value ~ '^tracking.csv line [0-9]+$'), 'with file and line');
SELECT ok(EXISTS (SELECT FROM claim_show(:claim) WHERE section LIKE 'event %'
	AND value ~ '^I4 delivered 100001 \(status.txt line 1\)$'),
	'also of each event');
SELECT claim_close(:claim, 'op', 'found') \g /dev/null
SELECT is_empty('SELECT * FROM claim_list(false, 10)', 'closed');
SELECT results_eq('SELECT outcome FROM claim_list(true, 10)', ARRAY['found'],
	'and kept');
SELECT matches(test.attempt(format('SELECT claim_note(%s, ''op'', ''x'')',
	:claim)), '^RC069 ', 'no note after that');
SELECT matches(test.attempt(format('SELECT claim_close(%s, ''op'', ''x'')',
	:claim)), '^RC069 ', 'nor another end');
SELECT matches(test.attempt('UPDATE claim_note SET text = ''y'''), '^RC020 ',
	'notes stay as they are');
SELECT matches(test.attempt('UPDATE claim SET outcome = ''y'''), '^RC020 ',
	'and so do closed claims');
SELECT results_eq($$SELECT act FROM operator_act WHERE act LIKE '%claim'
	ORDER BY act_id$$, ARRAY['open claim', 'close claim'],
	'opening and closing are recorded acts');

SELECT is_empty('SELECT * FROM verify()', 'all invariants hold');
SELECT * FROM finish();
ROLLBACK;
