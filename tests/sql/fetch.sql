-- Shows what is due of the files that a source lists: what was never seen,
-- what is booked and still there, and once an hour the rest; that a name is
-- no proof of content; and that a claim is one session's.
BEGIN;
\ir steps.psql
SELECT no_plan();

\set at '2026-11-24 09:00:00+08'
CREATE FUNCTION test.known(at timestamptz, VARIADIC names text[])
RETURNS TABLE (line text) LANGUAGE sql AS $$
	SELECT concat_ws(' ', name, left(digest, 1),
		CASE WHEN booked THEN 'booked' END,
		CASE WHEN refused THEN 'refused' END, CASE WHEN due THEN 'due' END)
	FROM fetch_known('bank', '{card_ack,settlement}', names, at)
$$;
CREATE FUNCTION test.record(name text, digit text, at timestamptz)
RETURNS boolean LANGUAGE sql AS $$
	SELECT fetch_record('bank', name, repeat(digit, 64), 10, at)
$$;
CREATE FUNCTION test.book(digit text, of_kind text, at timestamptz)
RETURNS bigint LANGUAGE sql AS $$
	SELECT import_open(of_kind, 'f', repeat(digit, 64), 10, 'test', at)
$$;

SELECT results_eq($$SELECT * FROM test.known('2026-11-24', 'b', 'a')$$,
	ARRAY['b due', 'a due'], 'unknown names are due, in their order');
SELECT is_empty($$SELECT * FROM fetch_known('bank', '{settlement}', '{}')$$,
	'no names, no rows');

SELECT ok(test.record('a', '1', :'at'), 'new content');
SELECT ok(fetch_record('post', 'a', repeat('2', 64), 10, :'at'),
	'another source has names of its own');
SELECT results_eq(format($$SELECT * FROM test.known(%L, 'a', 'b')$$, :'at'),
	ARRAY['a 1', 'b due'], 'what waits to be booked is not due');
SELECT results_eq(format($$SELECT * FROM test.known(%L::timestamptz
	+ interval '1 hour', 'a')$$, :'at'), ARRAY['a 1 due'],
	'after an hour it is, for it may have got lost');

SELECT isnt(test.book('1', 'tracking', :'at'), NULL, 'the same bytes as something else');
SELECT results_eq(format($$SELECT * FROM test.known(%L, 'a')$$, :'at'),
	ARRAY['a 1'], 'are not these');
SELECT isnt(import_refuse('settlement', 'a', repeat('1', 64), 10, 0, 'bad_sum',
	'test', :'at'), NULL, 'it is refused');
SELECT results_eq(format($$SELECT * FROM test.known(%L, 'a')$$, :'at'),
	ARRAY['a 1 refused'], 'and known to be');
SELECT isnt(test.book('1', 'settlement', :'at'::timestamptz
	+ interval '1 minute'), NULL, 'it is booked after all');
SELECT results_eq(format($$SELECT * FROM test.known(%L, 'a')$$, :'at'),
	ARRAY['a 1 booked due'], 'and may go');

SELECT ok(NOT test.record('a', '1', :'at'::timestamptz + interval '2 min'),
	'compared, and not deleted');
SELECT results_eq(format($$SELECT * FROM test.known(%L::timestamptz
	+ interval '3 min', 'a')$$, :'at'), ARRAY['a 1 booked'],
	'is not tried again at once');
SELECT results_eq(format($$SELECT * FROM test.known(%L::timestamptz
	+ interval '62 min', 'a')$$, :'at'), ARRAY['a 1 booked due'],
	'but after an hour');
SELECT ok(fetch_removed('bank', 'a', repeat('1', 64), :'at'::timestamptz
	+ interval '3 min'), 'deleted');
SELECT results_eq(format($$SELECT * FROM test.known(%L::timestamptz
	+ interval '4 min', 'a')$$, :'at'), ARRAY['a 1 booked due'],
	'and listed again: there is something new under the name');
SELECT ok(test.record('a', '3', :'at'::timestamptz + interval '4 min'),
	'there is');
SELECT results_eq(format($$SELECT * FROM test.known(%L::timestamptz
	+ interval '5 min', 'a')$$, :'at'), ARRAY['a 3'],
	'which is not booked, though the former content was');
SELECT ok(NOT fetch_removed('bank', 'a', repeat('9', 64)),
	'nothing is removed that was never there');

-- What was compared before it was booked is due once it is.
SELECT ok(test.record('c', '4', :'at'), 'fetched');
SELECT ok(NOT test.record('c', '4', :'at'), 'and again in the same moment');
SELECT results_eq(format($$SELECT * FROM test.known(%L, 'c')$$, :'at'),
	ARRAY['c 4'], 'waits');
SELECT isnt(test.book('4', 'settlement', :'at'::timestamptz
	+ interval '1 min'), NULL, 'is booked');
SELECT results_eq(format($$SELECT * FROM test.known(%L::timestamptz
	+ interval '1 min', 'c')$$, :'at'), ARRAY['c 4 booked due'], 'is due');

SELECT matches(test.attempt(format('SELECT fetch_record(''bank'', %L, '
	'repeat(''1'', 64), 1)', name)), '^23514 ', 'no name: ' || name)
FROM unnest('{.a,a/b,../a,"a b",""}'::text[]) AS name;

SELECT ok(fetch_claim('bank') AND fetch_release('bank')
	AND NOT fetch_release('bank'), 'a claim is given back once');

SELECT * FROM finish();
ROLLBACK;
