-- Shows what the schema holds of archives of postal files: booked once, their
-- members tied to them and listed so, each taken back by itself.
BEGIN;
\ir steps.psql
SELECT no_plan();

SELECT test.apply(1) AS a, test.apply(2) AS b, test.apply(3) AS c \gset
SELECT test.pay(:a, :b, :c), test.freeze() \g /dev/null
SELECT test.make(test.send_batch()), test.print() \g /dev/null

SELECT import_id AS alone FROM test.track(jsonb_build_array(test.line(:a)))
	\gset
SELECT archive_open('post.zip', repeat('a', 64), 700, 'tracking') AS whole \gset
SELECT isnt(:whole::bigint, NULL, 'an archive that is new');
SELECT import_id AS one FROM test.track(jsonb_build_array(test.line(:b))) \gset
SELECT import_id AS two FROM test.track(jsonb_build_array(test.line(:c))) \gset
SELECT archive_members(:whole, ARRAY[:one, :two]) \g /dev/null
SELECT is(archive_open('renamed.zip', repeat('a', 64), 700, 'tracking'), NULL,
	'the same bytes again are known, whatever their name');
SELECT results_eq(format('SELECT import, archive, rows
		FROM import_list(''tracking'', 1000) WHERE import >= %s
		ORDER BY import', :alone),
	format('VALUES (%s::bigint, NULL::bigint, 1::bigint), (%s, NULL, 0),
		(%s, %3$s - 1, 1), (%s, %3$s - 1, 1)', :alone, :whole, :one, :two),
	'members name their archive, whose own rows are none');

-- Who belongs to an archive stays there.
SELECT archive_open('other.zip', repeat('b', 64), 700, 'tracking') AS other \gset
SELECT archive_members(:other, ARRAY[:one, :two]) \g /dev/null
SELECT results_eq(format('SELECT DISTINCT archive_id FROM import
		WHERE import_id IN (%s, %s)', :one, :two),
	ARRAY[:whole::bigint], 'tied once, tied for good');
SELECT matches(test.attempt(format('SELECT archive_members(%s, ARRAY[%s])',
		:other, :alone)), '^23514 ',
	'a file that was booked before is no member');
SELECT matches(test.attempt(format('SELECT archive_members(999999, ARRAY[%s])',
		:alone)), '^23503|^23514 ', 'nor of what is no import');

-- Taken back one by one.
SELECT matches(test.attempt(format('SELECT decision_request(''revert_import'', '
		'''%s'', ''op'', ''x'')', :whole)),
	format('^RC064 import %s is an archive: .* %s, %s$', :whole, :one, :two),
	'an archive says which numbers its members have');
SELECT matches(test.attempt(format('SELECT decision_request(''revert_import'', '
		'''%s'', ''op'', ''x'')', :other)), '^RC064 .*told nothing of letters',
	'one without members told nothing');
SELECT decision_settle(decision_request('revert_import', :'one', 'op', 'x'), true,
	'boss', '') \g /dev/null
SELECT is(test.status(n), wanted, 'only its own orders wait again')
	FROM (VALUES (:b, 'produced'), (:c, 'mailed')) AS t (n, wanted);

SELECT is_empty('SELECT * FROM verify()', 'all invariants hold');
SELECT * FROM finish();
ROLLBACK;
