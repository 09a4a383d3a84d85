-- Shows when sources of postal files are looked at, and what is told when a
-- file is absent at its hour: over the long holidays, on days that are made up
-- for, late, never, rejected, or seen before; once, again, and no more.
BEGIN;
\ir steps.psql
SELECT no_plan();

-- The sources that one instance has: name: days, at, expect_by.
CREATE FUNCTION test.have_sources(sources jsonb, at timestamptz)
RETURNS void LANGUAGE sql AS $$
	SELECT register_sources(array_agg(key),
		array_agg('/spool/' || key),
		array_agg(value ->> 'days' IS NOT DISTINCT FROM 'working'),
		array_agg(coalesce(value ->> 'at', '{}')),
		array_agg(coalesce(value ->> 'by', '{}')), 'tracking', at)
	FROM jsonb_each(sources)
$$;
-- A file of a source was taken; its content is the digit.
CREATE FUNCTION test.take(of_source text, name text, digit text, what text,
	at timestamptz) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	IF what = 'done' THEN
		PERFORM import_open('tracking', name, repeat(digit, 64), 10, 't',
			at);
	ELSIF what = 'rejected' THEN
		PERFORM import_refuse('tracking', name, repeat(digit, 64), 10, 0,
			'unknown_layout', 't', at);
	END IF;
	RETURN source_arrival(repeat(digit, 64), name, what, ARRAY[of_source],
		true, at);
END
$$;
CREATE FUNCTION test.told(at timestamptz) RETURNS SETOF text
LANGUAGE sql AS $$
	SELECT concat_ws(' ', source, news, to_char(expected_at
			AT TIME ZONE 'Asia/Taipei', 'MM-DD HH24:MI'), detail)
	FROM source_watch('1 hour', 'tracking', at)
$$;
CREATE FUNCTION test.list(at timestamptz) RETURNS SETOF text
LANGUAGE sql AS $$
	SELECT concat_ws(' ', source, state, to_char(expected_at
			AT TIME ZONE 'Asia/Taipei', 'MM-DD HH24:MI'), file, outcome)
	FROM source_list(at)
$$;
CREATE FUNCTION test.alarms() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT subject || ' ' || reason FROM exception
	WHERE kind = 'source' AND closed_at IS NULL ORDER BY 1
$$;
-- A look at a time; whether it was one.
CREATE FUNCTION test.look(of_source text, at timestamptz,
	came_to text DEFAULT 'done', once boolean DEFAULT false)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	IF NOT source_claim('tracking.' || of_source, false, once, at) THEN
		RETURN false;
	END IF;
	RETURN source_release('tracking.' || of_source, came_to);
END
$$;

-- Times of day ---------------------------------------------------------------------------

SELECT results_eq($$SELECT * FROM daily_moments('{17:00,09:00}', true,
	'2026-02-13T09:00+08', '2026-02-23T09:00+08')$$,
	$$VALUES ('2026-02-13T17:00+08'::timestamptz), ('2026-02-23T09:00+08')$$,
	'Lunar New Year 2026: after the one, up to the other');
SELECT results_eq($$SELECT * FROM daily_moments('{09:00}', true,
	'2027-02-03T10:00+08', '2027-02-12T08:00+08')$$,
	$$VALUES ('2027-02-11T09:00+08'::timestamptz)$$, 'and 2027');
SELECT is((SELECT count(*) FROM daily_moments('{09:00}', false,
	'2026-02-13T10:00+08', '2026-02-23T08:00+08')), 9::bigint,
	'on all days nine times in between');
SELECT results_eq($$SELECT * FROM daily_moments('{09:00}', true,
	'2024-02-16T10:00+08', '2024-02-19T08:00+08')$$,
	$$VALUES ('2024-02-17T09:00+08'::timestamptz)$$,
	'a Saturday of 2024 that is made up for');
SELECT results_eq($$SELECT * FROM daily_moments('{00:00,23:59}', true,
	'2025-02-07T23:59+08', '2025-02-10T00:00+08')$$,
	$$VALUES ('2025-02-08T00:00+08'::timestamptz), ('2025-02-08T23:59+08'),
	('2025-02-10T00:00+08')$$, 'and of 2025, both ends of the day');
SELECT is_empty($$SELECT * FROM daily_moments('{}', false, '2026-01-01',
	'2026-03-01')$$, 'no times, no moments');
SET LOCAL timezone TO 'America/New_York';
SELECT results_eq($$SELECT * FROM daily_moments('{00:30}', true,
	'2026-02-22T12:00+08', '2026-02-23T12:00+08')$$,
	$$VALUES ('2026-02-23T00:30+08'::timestamptz)$$,
	'days are those of Taipei, wherever the session is');
SET LOCAL timezone TO 'UTC';

-- When a source is looked at --------------------------------------------------------------

SELECT test.have_sources('{
	"any": {}, "office": {"days": "working"},
	"timed": {"days": "working", "at": "{09:00,17:00}"},
	"daily": {"at": "{06:00}"}}', '2026-02-12T12:00+08') \g /dev/null
SELECT is(test.look('timed', '2026-02-12T12:05+08'), true,
	'a new one is looked at for the time that has come before');
SELECT is(test.look('timed', '2026-02-12T16:59+08'), false, 'once');
SELECT is(test.look('timed', '2026-02-12T16:59+08', once => true), false,
	'also when somebody asks');
SELECT is(test.look('timed', '2026-02-12T17:00+08', 'failed'), true,
	'when the next one comes');
SELECT is(state || ' ' || since, 'failing 2026-02-12 09:00:00+00', 'it failed')
	FROM source_list('2026-02-12T17:01+08') WHERE source = 'timed';
SELECT is(test.look('timed', '2026-02-12T17:01+08', 'more'), true,
	'then again at once');
SELECT is(test.look('timed', '2026-02-12T17:02+08'), true,
	'until all was seen');
SELECT is(state, 'ok', 'and it is well')
	FROM source_list('2026-02-12T17:03+08') WHERE source = 'timed';
SELECT is(test.look('timed', '2026-02-12T17:03+08'), false, 'then no more');
SELECT is(source_claim('tracking.timed', true, false, '2026-02-12T17:03+08'),
	true, 'but for what the last look brought');
SELECT is(source_release('tracking.timed', 'done'), true, 'which ends too');
SELECT is(test.look('timed', '2026-02-22T17:00+08'), true,
	'a daemon that was down catches the last working day up');
SELECT is(test.look('timed', '2026-02-22T18:00+08'), false,
	'no time has come on the holidays');
SELECT is(test.look('timed', '2026-02-23T09:00+08'), true, 'until they end');
SELECT is(test.look('daily', '2026-02-17T06:00+08'), true, 'on all days');
SELECT is(test.look('any', '2026-02-17T06:00+08')
	AND test.look('any', '2026-02-17T06:01+08'), true,
	'without times at any time');
SELECT is(test.look('office', '2026-02-17T10:00+08'), false,
	'but only on its days');
SELECT is(test.look('office', '2026-02-17T10:00+08', once => true), true,
	'unless somebody asks');
SELECT is(test.look('office', '2025-02-08T10:00+08'), true,
	'a Saturday that is made up for is one');
SELECT is(test.look('none', '2025-02-08T10:00+08'), false,
	'what is no source is not looked at');

-- A file in time, on working days -----------------------------------------------------------

SELECT test.have_sources('{"post": {"days": "working", "by": "{10:00}"},
	"house": {"by": "{09:00,15:00}"}, "quiet": {}}',
	'2026-02-12T11:00+08') \g /dev/null
SELECT results_eq($$SELECT source FROM source_list('2026-02-12T11:00+08')$$,
	ARRAY['house', 'post', 'quiet'], 'what is not configured is not listed');
SELECT is_empty($$SELECT test.told('2026-02-12T11:00+08')$$,
	'hours before it was known do not count');
SELECT is(test.take('house', 'h1', '1', 'done', '2026-02-12T14:00+08'),
	'house', 'a file');
SELECT is(test.take('house', 'h2', '2', 'done', '2026-02-13T08:00+08'),
	'house', 'and the next day''s');
SELECT is(test.take('post', 'p1', '3', 'done', '2026-02-13T09:59+08'),
	'post', 'and one of the post');
SELECT results_eq($$SELECT test.list('2026-02-13T09:59+08')$$,
	ARRAY['house waiting 02-13 15:00 h2 done',
		'post ok 02-13 10:00 p1 done', 'quiet ok'],
	'what is here is not waited for');
SELECT is_empty($$SELECT test.told('2026-02-13T10:00+08')$$,
	'all came in time');
SELECT results_eq($$SELECT test.list('2026-02-13T10:00+08')$$,
	ARRAY['house waiting 02-13 15:00 h2 done',
		'post ok 02-23 10:00 p1 done', 'quiet ok'],
	'the next hour of the day, the next day that counts');
SELECT test.have_sources('{"post": {"days": "working", "by": "{10:00}"}}',
	'2026-02-13T10:30+08') \g /dev/null
SELECT is_empty($$SELECT test.told('2026-02-23T09:59+08')$$,
	'nothing is expected over the New Year');

-- Never, then late ----------------------------------------------------------------------------

SELECT results_eq($$SELECT test.list('2026-02-23T10:00+08')$$,
	ARRAY['post absent 02-23 10:00 p1 done'],
	'absent, even while no daemon watches');
SELECT results_eq($$SELECT test.told('2026-02-23T10:00+08')$$,
	ARRAY['post absent 02-23 10:00'], 'told at its hour');
SELECT results_eq('SELECT test.alarms()', ARRAY['post absent'],
	'and on the worklist');
SELECT is_empty($$SELECT test.told('2026-02-23T10:59+08')$$,
	'once, whichever instance asks');
SELECT results_eq($$SELECT test.told('2026-02-23T11:00+08')$$,
	ARRAY['post absent 02-23 10:00'], 'and again in an hour');
SELECT is(suggestion, 'ask who sends the files; one that comes ends this',
	'with what to do') FROM exception_list('source', false, 10);
SELECT is(test.take('post', 'p2', '4', 'done', '2026-02-23T11:30+08'),
	'post', 'it comes late');
SELECT results_eq($$SELECT test.told('2026-02-23T11:31+08')$$,
	ARRAY['post came 02-23 10:00 p2'], 'which is told');
SELECT is(resolution || ' ' || closed_by, 'p2 came tracking',
	'and ends the alarm by itself') FROM exception WHERE kind = 'source';
SELECT results_eq($$SELECT test.told('2026-02-24T10:00+08')$$,
	ARRAY['post absent 02-24 10:00'],
	'a late file is not the next day''s as well');
SELECT is(test.take('post', 'p3', '5', 'done', '2026-02-25T09:00+08'),
	'post', 'one day''s never came; the next day''s does');
SELECT results_eq($$SELECT test.told('2026-02-25T09:01+08')$$,
	ARRAY['post came 02-24 10:00 p3'], 'the alarm ends');
SELECT is_empty($$SELECT test.told('2026-02-25T10:00+08')$$,
	'and that file is the next day''s');
SELECT results_eq($$SELECT to_char(expected_at AT TIME ZONE 'Asia/Taipei',
		'MM-DD'), i.name
	FROM postal_expectation LEFT JOIN import i USING (import_id)
	WHERE postal_expectation.source = 'post' ORDER BY expected_at$$,
	$$VALUES ('02-13', 'p1'), ('02-23', 'p2'), ('02-24', NULL),
	('02-25', 'p3')$$, 'each hour is written down with its file');

-- Rejected, and seen before ------------------------------------------------------------------

SELECT is(test.take('post', 'p4', '6', 'rejected', '2026-02-26T09:00+08'),
	'post', 'a file that is rejected');
SELECT results_eq($$SELECT test.list('2026-02-26T09:01+08')$$,
	ARRAY['post waiting 02-26 10:00 p4 rejected'], 'is not the expected one');
SELECT results_eq($$SELECT test.told('2026-02-26T10:00+08')$$,
	ARRAY['post rejected 02-26 10:00 p4'], 'and that is said');
SELECT results_eq('SELECT test.alarms()', ARRAY['post rejected'], 'listed so');
SELECT is(test.take('post', 'p4b', '7', 'done', '2026-02-26T10:10+08'),
	'post', 'a right one');
SELECT results_eq($$SELECT test.told('2026-02-26T10:11+08')$$,
	ARRAY['post came 02-26 10:00 p4b'], 'ends it');
-- The 27th is a holiday, the 28th a Saturday.
SELECT is(test.take('post', 'p4-again', '7', 'known', '2026-03-02T09:00+08'),
	'post', 'the same bytes once more');
SELECT results_eq($$SELECT test.told('2026-03-02T10:00+08')$$,
	ARRAY['post absent 03-02 10:00 p4-again'], 'are not the expected file');
SELECT is(test.take('post', 'p5', '8', 'rejected', '2026-03-02T10:05+08'),
	'post', 'now one is rejected');
SELECT results_eq($$SELECT test.told('2026-03-02T10:06+08')$$,
	ARRAY['post rejected 03-02 10:00 p5'], 'which is told at once');
SELECT results_eq('SELECT test.alarms()', ARRAY['post rejected'],
	'one alarm at a time');

SELECT results_eq($$SELECT to_char(since AT TIME ZONE 'Asia/Taipei',
		'MM-DD HH24:MI') FROM postal_expectation WHERE source = 'post'
	ORDER BY expected_at DESC LIMIT 4$$, ARRAY['02-26 10:10', '02-25 10:00',
	'02-25 00:00', '02-23 11:30'],
	'an hour''s files are those after the former one''s');

-- Closed by hand --------------------------------------------------------------------------------

SELECT exception_close(exception_id, 'op', 'no post today: typhoon',
	'2026-03-02T11:00+08') FROM exception
	WHERE kind = 'source' AND closed_at IS NULL \g /dev/null
SELECT is_empty($$SELECT test.told('2026-03-02T13:00+08')$$,
	'who closes it hears no more of that hour');
SELECT results_eq($$SELECT test.list('2026-03-02T13:00+08')$$,
	ARRAY['post ok 03-03 10:00 p5 rejected'], 'nor sees it');
SELECT results_eq($$SELECT test.told('2026-03-03T10:00+08')$$,
	ARRAY['post absent 03-03 10:00'], 'but of the next one');

-- Two hours of a day; several missed ---------------------------------------------------------------

SELECT test.have_sources('{"post": {"days": "working", "by": "{10:00}"},
	"house": {"by": "{09:00,15:00}"}}', '2026-03-04T16:00+08') \g /dev/null
SELECT is(test.take('post', 'p6', '9', 'done', '2026-03-04T15:59+08'),
	'post', 'the post is back');
SELECT test.told('2026-03-04T16:00+08') \g /dev/null
SELECT is(test.take('house', 'h3', 'a', 'done', '2026-03-05T11:00+08'),
	'house', 'one of two files, late for the first hour');
SELECT results_eq($$SELECT t FROM test.told('2026-03-05T15:00+08') AS t
	WHERE t LIKE 'house %'$$, ARRAY['house absent 03-05 15:00'],
	'the second is absent then');
SELECT is(test.take('house', 'h4', 'b', 'done', '2026-03-05T15:10+08'),
	'house', 'it comes');
SELECT results_eq($$SELECT t FROM test.told('2026-03-05T15:11+08') AS t
	WHERE t LIKE 'house %'$$, ARRAY['house came 03-05 15:00 h4'], 'both came');
SELECT is_empty($$SELECT t FROM test.told('2026-03-05T15:12+08') AS t
	WHERE t LIKE 'house %'$$, 'all is said');
SELECT results_eq($$SELECT t FROM test.told('2026-03-09T20:00+08') AS t
	WHERE t LIKE 'house %'$$, ARRAY['house absent 03-09 15:00'],
	'after days without a daemon one alarm, for the last hour');
SELECT results_eq($$SELECT t FROM test.told('2026-03-10T09:00+08') AS t
	WHERE t LIKE 'house %'$$, ARRAY['house absent 03-10 09:00'],
	'the next hour is told at once');
SELECT is((SELECT count(*) FROM test.alarms() AS a WHERE a LIKE 'house %'),
	1::bigint, 'as the same alarm');
SELECT results_eq($$SELECT l FROM test.list('2026-03-10T09:00+08') AS l
	WHERE l LIKE 'house %'$$, ARRAY['house absent 03-09 15:00 h4 done'],
	'since the first hour it is about');

-- Shared folders ---------------------------------------------------------------------------------------

SELECT fetch_record('tracking.post', 'f', repeat('c', 64), 10,
	'2026-03-10T09:00+08') \g /dev/null
SELECT import_open('tracking', 'f', repeat('c', 64), 10, 't',
	'2026-03-10T09:00+08') \g /dev/null
SELECT is(source_arrival(repeat('c', 64), 'f', 'done', '{house,post}', false),
	'post', 'in a shared folder a file is his who gave it');
SELECT import_open('tracking', 'g', repeat('d', 64), 10, 't',
	'2026-03-10T09:00+08') \g /dev/null
SELECT is(source_arrival(repeat('d', 64), 'g', 'done', '{house,post}', false),
	NULL, 'or nobody''s');
SELECT is(source, NULL, 'which is left open') FROM import WHERE name = 'g';
SELECT fetch_record('tracking.house', 'g', repeat('d', 64), 10,
	'2026-03-10T09:01+08') \g /dev/null
SELECT results_eq($$SELECT t FROM test.told('2026-03-10T09:02+08') AS t
	WHERE t LIKE 'house %'$$, ARRAY['house came 03-10 09:00 g'],
	'until it is known that it was fetched');
SELECT fetch_record('payment.house', 'h', repeat('e', 64), 10,
	'2026-03-10T09:01+08') \g /dev/null
SELECT is_empty($$SELECT name FROM fetch_known('tracking.house', '{tracking}',
	'{h}') WHERE digest IS NOT NULL$$,
	'another program''s source of that name is another one');

-- Settings that change -----------------------------------------------------------------------------------

SELECT results_eq($$SELECT t FROM test.told('2026-03-10T15:00+08') AS t
	WHERE t LIKE 'house %'$$, ARRAY['house absent 03-10 15:00'], 'absent');
SELECT test.have_sources('{"post": {"days": "working", "by": "{10:00}"}}',
	'2026-03-10T15:30+08') \g /dev/null
SELECT is((SELECT count(*) FROM test.alarms() AS a WHERE a LIKE 'house %'),
	0::bigint, 'who is taken out is not expected any more');
SELECT is_empty($$SELECT t FROM test.told('2026-03-11T15:30+08') AS t
	WHERE t LIKE 'house %'$$, 'nor told');
SELECT test.have_sources('{"house": {"by": "{09:00}"}}',
	'2026-03-12T10:00+08') \g /dev/null
SELECT is_empty($$SELECT test.told('2026-03-12T10:00+08')$$,
	'back again, it starts anew');
SELECT results_eq($$SELECT test.told('2026-03-13T09:00+08')$$,
	ARRAY['house absent 03-13 09:00'], 'from then on');
SELECT test.have_sources('{"house": {}}', '2026-03-13T10:00+08') \g /dev/null
SELECT is_empty('SELECT test.alarms()', 'nothing expected, nothing absent');
SELECT is(resolution, 'nothing is expected of the source any more',
	'for a reason that is told') FROM exception
	WHERE kind = 'source' ORDER BY exception_id DESC LIMIT 1;
SELECT is_empty('SELECT * FROM verify()', 'all holds');
SELECT matches(test.attempt('DELETE FROM postal_source'),
	'^RC020 .*never deleted', 'sources stay');

-- A year without a calendar -------------------------------------------------------------------------------

SELECT test.have_sources('{"office": {"days": "working"}, "house": {}}',
	'2039-12-20T10:00+08') \g /dev/null
SELECT results_eq($$SELECT test.told('2039-12-20T10:00+08')$$,
	ARRAY['office calendar_missing 2040'],
	'who goes by working days hears that they are not known');
SELECT is_empty($$SELECT test.told('2039-12-20T10:30+08')$$, 'not all the time');
SELECT results_eq($$SELECT test.told('2039-12-20T11:00+08')$$,
	ARRAY['office calendar_missing 2040'], 'but again');

SELECT * FROM finish();
ROLLBACK;
