-- Shows labels, posting lists and the post: what is printed and what cannot
-- be, reprints, tracking numbers with each reason to refuse one, events in
-- any order, mail that comes back, claims.
BEGIN;
\ir steps.psql
SELECT no_plan();

CREATE FUNCTION test.labels(of_order bigint) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', copy_no, state), ', ' ORDER BY copy_no)
	FROM label WHERE order_no = of_order
$$;
CREATE FUNCTION test.label(of_order bigint) RETURNS bigint LANGUAGE sql AS $$
	SELECT label_no FROM label WHERE order_no = of_order AND state <> 'void'
$$;

-- Label runs -----------------------------------------------------------------------

SELECT is(cut_label_run(1, 21, 1, 1, '0', 'a4-21', 'pdf', NULL,
	'{}', NULL, NULL, NULL, 'l'), NULL::text,
	'nothing to print');
SELECT test.apply(1, now(), '{"postal_code": "880"}') AS a, test.apply(2) AS b,
	test.apply(3) AS c, test.apply(4) AS d \gset
SELECT test.pay(:a, :b, :c, :d), test.freeze() \g /dev/null
SELECT is(cut_label_run(1, 21, 1, 5, '1 hour', 'a4-21', 'pdf', NULL,
	'{}', NULL, NULL, NULL, 'l'), NULL::text,
	'too few and too young');
SELECT cut_label_run(1, 21, 4, 5, '0', 'a4-21', 'pdf', NULL,
	'{}', NULL, NULL, NULL, 'l') AS run \gset
SELECT matches(:'run'::text, '^LR-[0-9]{8}-000001$', 'a run');
SELECT is(cut_label_run(1, 21, 1, 1, '0', 'a4-21', 'pdf', NULL,
	'{}', NULL, NULL, NULL, 'l'), NULL::text,
	'a label is cut once');
SELECT results_eq('SELECT run_no, state, epoch, layout, start_cell
		FROM claim_label_run()',
	format('VALUES (%L, ''cut'', 1, ''a4-21'', 4)', :'run'), 'a claim');
SELECT results_eq(format('SELECT order_no, postal_code, address, name
		FROM label_run_content(%L)', :'run'),
	format($$VALUES (%L, '100006', '臺北市中正區重慶南路一段2號', '王小明'),
	(%L, '100006', '臺北市中正區重慶南路一段3號', '王小明'),
	(%L, '100006', '臺北市中正區重慶南路一段4號', '王小明'),
	(%L, '880', '臺北市中正區重慶南路一段1號', '王小明')$$,
	order_text(:b), order_text(:c), order_text(:d), order_text(:a)),
	'by postal code, then number');
SELECT is(seal_label_run(:'run', 0, repeat('d', 64), 4, 1, '{}', '{}', 'l'),
	false, 'a former claim seals nothing');
SELECT test.label(:b) AS blocked \gset
SELECT is(seal_label_run(:'run', 1, repeat('d', 64), 2, 1,
	ARRAY[:blocked::bigint], '{does_not_fit}', 'l'), false,
	'a file that does not hold what it should is not sealed');
SELECT cancel_order(:c, 'op', 'asked for') \g /dev/null
SELECT is((SELECT count(*) FROM label_run_content(:'run')), 2::bigint,
	'what is blocked or void meanwhile is off the run');
SELECT is(seal_label_run(:'run', 1, repeat('d', 64), 2, 1, '{}', '{}', 'l'),
	true, 'the rest is sealed');
SELECT is(seal_label_run(:'run', 1, repeat('d', 64), 2, 1, '{}', '{}', 'l'),
	false, 'once');
SELECT results_eq(format('SELECT blocked, run_no, state::text FROM label
		WHERE label_no = %s', :blocked),
	$$VALUES ('does_not_fit', NULL::text, 'pending')$$,
	'what cannot be printed is blocked');
SELECT results_eq('SELECT kind, order_no, subject, reason FROM exception',
	format('VALUES (''label'', %s::bigint, ''%s'', ''does_not_fit'')', :b,
		:blocked), 'and on the worklist');
SELECT is_empty('SELECT * FROM verify()',
	'a label that was voided before the seal does not count');
SAVEPOINT sealed;
SELECT reprint_label(:a, 'op', 'smudged') \g /dev/null
SELECT results_eq(format('SELECT order_no FROM label_run_content(%L)', :'run'),
	ARRAY[order_text(:d), order_text(:a)],
	'a sealed run keeps its labels, so that its bytes stay the same');
SELECT publish_label_run(:'run', 1, 'l') \g /dev/null
SELECT is(test.labels(:a), '1 void, 2 pending', 'a void one is not printed');
ROLLBACK TO sealed;
SELECT matches(test.attempt(format(c.command, :'run')), '^RC020 a sealed label '
	'run is immutable', 'refused: ' || c.command)
FROM (VALUES ('UPDATE label_run SET labels = 9 WHERE run_no = %L'),
	('UPDATE label_run SET digest = repeat(''e'', 64) WHERE run_no = %L'),
	('UPDATE label_run SET state = ''cut'', sealed_at = NULL, digest = NULL
		WHERE run_no = %L')) AS c (command);
SELECT is(publish_label_run(:'run', 0, 'l'), false, 'not by a former claim');
SELECT is(publish_label_run(:'run', 1, 'l'), true, 'published');
SELECT is(publish_label_run(:'run', 1, 'l'), false, 'once');
SELECT is(test.labels(o.n), o.says, o.what) FROM (VALUES
	(:a::bigint, '1 printed', 'a label of the run is printed'),
	(:b, '1 pending', 'the blocked one is not'),
	(:c, '1 void', 'nor the cancelled one')) AS o (n, says, what);
SELECT is(cut_label_run(1, 21, 1, 1, '0', 'a4-21', 'pdf', NULL,
	'{}', NULL, NULL, NULL, 'l'), NULL::text,
	'a blocked label is not tried again by itself');

-- Reprints
SELECT is(reprint_label(:b, 'op', 'now it fits'), 2, 'a reprint has a new number');
SELECT is(test.labels(:b), '1 void, 2 pending', 'and voids the former copy');
SELECT results_eq('SELECT resolution, closed_by FROM exception',
	$$VALUES ('reprinted', 'op')$$, 'the worklist entry is done');
SELECT results_eq(format('SELECT act, actor, reason FROM operator_act
		WHERE subject = %L', order_text(:b)),
	$$VALUES ('reprint', 'op', 'now it fits')$$, 'the act is recorded');
SELECT is(reprint_label(:a, 'op', 'smudged'), 2, 'a printed label likewise');
SELECT is(test.labels(:a), '1 void, 2 pending', 'its copy is void');
SELECT results_eq(format('SELECT count(DISTINCT address_digest) FROM label
		WHERE order_no = %s', :a), ARRAY[1::bigint], 'the address is the '
	'frozen one');
SELECT matches(test.attempt(format('SELECT reprint_label(%s, ''op'', ''x'')',
	:c)), '^RC020 .*no label', 'nothing is printed of a cancelled order');
SELECT matches(test.attempt(format('SELECT reprint_label(%s, ''op'', ''x'')',
	test.apply(5))), '^RC020 .*no label', 'nor of an unpaid one');
SELECT matches(test.attempt(c.command), '^RC020 a label goes',
	'refused: ' || c.command)
FROM (VALUES ('UPDATE label SET state = ''pending'', voided_at = NULL,
		voided_by = NULL, void_reason = NULL WHERE state = ''void'''),
	('UPDATE label SET state = ''pending'' WHERE state = ''printed'''),
	('UPDATE label SET copy_no = copy_no + 10')) AS c (command);
SELECT matches(test.attempt('DELETE FROM label'), '^RC020 labels are never',
	'labels are not deleted');

SELECT hold_order(:a, 'op', 'asked to wait'), hold_order(:b, 'op', 'the same')
	\g /dev/null
SELECT is(cut_label_run(1, 21, 1, 1, '0', 'a4-21', 'pdf', NULL,
	'{}', NULL, NULL, NULL, 'l'), NULL::text,
	'labels of held orders wait');
SELECT release_order(:a, 'op', 'go on'), release_order(:b, 'op', 'go on')
	\g /dev/null

-- A run of which nothing is left
SELECT cut_label_run(1, 21, 1, 1, '0', 'a4-21', 'pdf', NULL,
	'{}', NULL, NULL, NULL, 'l') AS empty \gset
SELECT is(drop_empty_run(:'empty', 0, '{}', '{}'), false, 'a run with labels stays');
SELECT is(drop_empty_run(:'empty', 7, ARRAY[test.label(:a), test.label(:b)],
	'{too_long,too_long}'), false, 'a former claim drops nothing');
SELECT is(drop_empty_run(:'empty', 0, ARRAY[test.label(:a), test.label(:b)],
	'{too_long,too_long}'), true, 'a run of blocked labels is dropped');
SELECT is((SELECT count(*) FROM exception WHERE closed_at IS NULL), 2::bigint,
	'they are on the worklist');
SELECT reprint_label(:a, 'op', 'shorter'), reprint_label(:b, 'op', 'shorter')
\g /dev/null
SELECT ok(test.print() > :'empty', 'a run''s number is not used again');

-- Posting lists ------------------------------------------------------------------------

SELECT is(cut_posting_list(10, 1, '0', '{}', false, 'l'), NULL::text,
	'no letter is ready before its card');
SELECT test.send_batch() AS batch \gset
SELECT test.make(:'batch') \g /dev/null
SELECT hold_order(:d, 'op', 'look at it') \g /dev/null
SELECT is(cut_posting_list(10, 5, '1 hour', '{}', false, 'l'), NULL::text,
	'too few and too young');
SELECT cut_posting_list(10, 1, '1 hour', '{}', false, 'l') AS list \gset
SELECT results_eq(format('SELECT order_no, name, address
		FROM posting_list_content(%L)', :'list'),
	format($$VALUES (%L, '王小明', '臺北市中正區重慶南路一段2號'),
	(%L, '王小明', '臺北市中正區重慶南路一段1號')$$, order_text(:b),
	order_text(:a)), 'made, printed, not held');
SELECT is((SELECT epoch FROM claim_posting_list()), 1, 'claimed');
SELECT is(seal_posting_list(:'list', 0, repeat('e', 64), repeat('f', 64),
	2, 'l'), false,
	'a former claim seals nothing');
SELECT is(publish_posting_list(:'list', 1, 'l'), false, 'nor is it published '
	'unsealed');
SELECT is(seal_posting_list(:'list', 1, repeat('e', 64), repeat('f', 64),
	2, 'l'), true, 'sealed');
SELECT is(publish_posting_list(:'list', 0, 'l'), false, 'fenced');
SELECT is(publish_posting_list(:'list', 1, 'l'), true, 'published');
SELECT is(publish_posting_list(:'list', 1, 'l'), false, 'once');
SELECT release_order(:d, 'op', 'fine') \g /dev/null
SELECT cut_posting_list(10, 1, '0', '{}', false, 'l') AS next_list \gset
SELECT results_eq(format('SELECT order_no FROM posting_list_content(%L)',
	:'next_list'), ARRAY[order_text(:d)], 'a letter is on one list');
SELECT is(cut_posting_list(10, 1, '0', '{}', false, 'l'), NULL::text, 'only');

-- Tracking numbers -----------------------------------------------------------------------

SELECT test.apply(11) AS unpaid, test.apply(12) AS paid,
	test.apply(13) AS queued, test.apply(14) AS producing,
	test.apply(15) AS unprinted, test.apply(16) AS cancelled \gset
SELECT cancel_order(:cancelled, 'op', 'asked for') \g /dev/null
SELECT test.pay(:producing, :unprinted), test.freeze() \g /dev/null
SELECT test.send_batch() AS batch2 \gset
SELECT applied FROM test.results(:'batch2', jsonb_build_array(
	test.result(:unprinted, 'MADE'))) \g /dev/null
SELECT test.pay(:queued), test.freeze(), test.pay(:paid) \g /dev/null
SELECT results_eq(format('SELECT rows, applied, duplicate, rejected
		FROM test.track(%L, repeat(''b'', 64))', jsonb_build_array(
		test.line(:a, '{"number": "11111110000118"}'),
		'{"order": "26010199999999", "number": "22222210000118"}'::jsonb,
		test.line(:unpaid, '{"number": "22222410000118"}'),
		test.line(:paid, '{"number": "22222510000118"}'),
		test.line(:queued, '{"number": "22222610000118"}'),
		test.line(:producing, '{"number": "22222710000118"}'),
		test.line(:unprinted, '{"number": "22222810000118"}'),
		test.line(:cancelled, '{"number": "22222910000118"}'),
		test.line(:b, '{"number": "22223010000118"}'),
		test.line(:d, '{"number": "22223010000118"}'),
		test.line(:b, '{"number": "22223110000118"}'),
		test.line(:a, '{"number": "11111110000118"}'))),
	$$VALUES (12::bigint, 1::bigint, 1::bigint, 10::bigint)$$,
	'a file of tracking numbers');
SELECT results_eq('SELECT line, code FROM import_reject WHERE import_id =
		(SELECT max(import_id) FROM import) ORDER BY line',
	$$VALUES (3::bigint, 'unknown_order'), (4, 'not_produced'),
	(5, 'not_produced'), (6, 'not_produced'), (7, 'not_produced'),
	(8, 'no_printed_label'), (9, 'order_ended'), (10, 'number_twice'),
	(11, 'number_twice'), (12, 'order_twice')$$,
	'what does not fit is rejected with its reason; of two that '
	'contradict each other, both');
SELECT results_eq('SELECT order_no, reason FROM exception
		WHERE kind = ''mail_number'' AND closed_at IS NULL
		ORDER BY exception_id',
	format('VALUES (%s::bigint, ''number_twice''), (%s, ''number_twice''),
		(%s, ''order_twice'')', :b, :d, :b),
	'contradictions wait for somebody');
SELECT is(test.status(:a), 'mailed', 'the right one is in the post');
SELECT results_eq(format('SELECT tracking_no, posted_on, label_no
		FROM mail_item WHERE order_no = %s', :a),
	format('VALUES (''11111110000118'', current_date, %s::bigint)',
		test.label(:a)), 'with its number and label');
SELECT is(test.status(o), s, s || ': a rejected row changes nothing')
FROM (VALUES (:unpaid::bigint, 'unpaid'), (:paid, 'paid'), (:queued, 'queued'),
	(:producing, 'producing'), (:unprinted, 'produced'),
	(:cancelled, 'cancelled'), (:b, 'produced')) AS x (o, s);
SELECT is_empty('SELECT * FROM tracking_staging', 'staging is empty again');
SELECT results_eq(format('SELECT import_id, rows FROM test.track(%L,
		repeat(''b'', 64))', jsonb_build_array(
		test.line(:b, '{"number": "33333310000118"}'))),
	'VALUES (NULL::bigint, NULL::bigint)', 'the same file again');
SELECT is(test.status(:b), 'produced', 'changes nothing');
SELECT is_empty('SELECT * FROM tracking_staging', 'also in staging');
SELECT results_eq(format('SELECT applied, duplicate, rejected
		FROM test.track(%L)', jsonb_build_array(
		test.line(:a, '{"number": "11111110000118"}'),
		test.line(:a, '{"number": "44444410000118"}'),
		test.line(:b, '{"number": "11111110000118"}'),
		test.line(:d, '{"number": "11111110000118", "day": "2026-01-01"}'))),
	$$VALUES (1::bigint, 1::bigint, 2::bigint)$$, 'another file');
SELECT results_eq('SELECT line, code FROM import_reject WHERE import_id =
		(SELECT max(import_id) FROM import) ORDER BY line',
	$$VALUES (3::bigint, 'order_has_number'), (4, 'number_used')$$,
	'known, another number, a number that is used');
SELECT is(test.status(:d), 'mailed', 'a number of another day is another number');
SELECT is((SELECT tracking_no FROM mail_item WHERE order_no = :a),
	'11111110000118', 'no number is overwritten');
SELECT matches(test.attempt(c.command), '^RC020 a tracking number is booked once',
	'refused: ' || c.command)
FROM (VALUES ('UPDATE mail_item SET tracking_no = ''000000'''),
	('DELETE FROM mail_item'), ('TRUNCATE mail_item CASCADE')) AS c (command);
SELECT matches(test.attempt('DELETE FROM import'), '^RC020 files that were taken',
	'nor is what was taken in ever deleted');
SELECT results_eq('SELECT rows, rejected FROM book_tracking(''t'',
		test.digest(), 1, ''{2,3}'', ''{bad_row,bad_number}'',
		''{"no columns","check digit"}'', ''tracking'')',
	$$VALUES (2::bigint, 2::bigint)$$, 'rows that cannot be read are rejected');
SELECT is(test.print() IS NOT NULL, true, 'the missing label is printed');
SELECT is(test.post(:unprinted), 1::bigint, 'then its letter is taken');

-- Events --------------------------------------------------------------------------------

SELECT matches(mail_event_meaning(e.code), e.meaning, e.code || ': ' || e.meaning)
FROM (VALUES ('I1', 'delivered'), ('I2', 'delivered'), ('I3', 'delivered'),
	('I4', 'delivered'), ('I5', 'delivered'), ('I7', 'returned'),
	('I8', 'returned'), ('I9', 'returned'), ('IL', 'returned'),
	('V1', 'undelivered'), ('V2', 'undelivered'), ('V5', 'undelivered'),
	('V6', 'undelivered'), ('VL', 'undelivered'), ('G2', 'waiting'),
	('T1', 'returning'), ('G9', 'returning'), ('H7', 'returning'),
	('W7', 'returning'), ('X7', 'returning'), ('Y7', 'returning'),
	('Z8', 'returning')) AS e (code, meaning);
SELECT is(mail_event_meaning(code), NULL::text, code || ': on its way')
FROM unnest('{I6,V3,V4,A7,A8,A9,Z4}'::text[]) AS code;
SELECT is(test.mail(:a, 'G2', now() + interval '1h'), 'applied', 'on its way');
SELECT is(test.status(:a), 'mailed', 'it is still in the post');
SELECT is(test.mail(:a, 'I4', now() + interval '3h'), 'applied', 'delivered');
SELECT is(test.status(:a), 'delivered', 'it is delivered');
SELECT is(test.mail(:a, 'I4', now() + interval '3h'), 'duplicate', 'told twice');
SELECT is(test.mail(:a, 'I7', now() + interval '2h'), 'applied',
	'a late event: it had come back before');
SELECT is(test.status(:a), 'delivered', 'the latest by its own time counts');
SELECT is(test.mail(:a, 'V2', now() + interval '4h'), 'applied', 'taken back');
SELECT is(test.status(:a), 'mailed', 'it is in the post again');
SELECT is(test.mail(:a, 'I1', now() + interval '3h 30m'), 'applied',
	'an event from before it was taken back');
SELECT is(test.status(:a), 'mailed', 'changes nothing');
SELECT is(test.mail(:a, 'I1', now() + interval '5h'), 'applied',
	'delivered after all');
SELECT is(test.status(:a), 'delivered', 'it is');
SELECT is((SELECT count(*) FROM mail_event), 6::bigint, 'all events are kept');
SELECT is(test.event('2000-01-01', '11111110000118', 'I4', now()),
	'unknown_letter', 'a letter that is not ours');
SELECT is(test.mail(:d, 'I4'), 'applied', 'the same number of another day');
SELECT is(test.status(:d), 'delivered', 'is that day''s letter');

-- Mail that comes back ----------------------------------------------------------------------

SELECT test.post(:b) \g /dev/null
SELECT is(test.mail(:b, 'I7', now() + interval '1h'), 'applied', 'it comes back');
SELECT is(test.status(:b), 'returned', 'it waits for a decision');
SELECT results_eq(format('SELECT reason FROM exception WHERE order_no = %s
		AND kind = ''returned_mail'' AND closed_at IS NULL', :b),
	ARRAY['returned'], 'on the worklist');
SELECT matches(test.attempt(format('SELECT reprint_label(%s, ''op'', ''x'')',
	:b)), '^RC020 ', 'a reprint is not the way');
SELECT is(remail_order(:b, 'op', 'new try'), 4, 'sent again with a new label');
SELECT is(test.labels(:b), '1 void, 2 void, 3 void, 4 pending',
	'the former ones are void');
SELECT is(test.status(:b), 'produced', 'it is ready for the post again');
SELECT is((SELECT resolution FROM exception WHERE order_no = :b
	AND kind = 'returned_mail'), 'remailed', 'off the worklist');
SELECT is(test.mail(:b, 'I4', now() + interval '9h'), 'applied',
	'news of the former letter');
SELECT is(test.status(:b), 'produced', 'speaks for the order no longer');
SELECT test.print() \g /dev/null
SELECT results_eq(format('SELECT applied, rejected FROM test.track(%L)',
	jsonb_build_array(test.line(:b))), $$VALUES (0::bigint, 1::bigint)$$,
	'the former number is not taken again');
SELECT results_eq(format('SELECT applied, rejected FROM test.track(%L)',
	jsonb_build_array(test.line(:b, '{"number": "55555510000118"}'))),
	$$VALUES (1::bigint, 0::bigint)$$, 'a new one is');
SELECT is(test.mail(:b, 'I8', now() + interval '2h'), 'applied', 'back again');
SELECT close_order(:b, 'op', 'moved abroad') \g /dev/null
SELECT is(test.status(:b), 'closed', 'closed');
SELECT is_empty(format('SELECT FROM exception WHERE order_no = %s
	AND kind = ''returned_mail'' AND closed_at IS NULL', :b),
	'off the worklist');
SELECT matches(test.attempt(format('SELECT close_order(%s, ''op'', ''x'')', :a)),
	'^RC020 ', 'what did not come back is not closed');
SELECT matches(test.attempt(format('SELECT remail_order(%s, ''op'', ''x'')',
	:a)), '^RC020 ', 'or sent again');

-- Claims: signed for, but not received
INSERT INTO claim (order_no, opened_at, opened_by, reason)
	VALUES (:a, now(), 'desk', 'no card in the letter');
SELECT matches(test.attempt(format('INSERT INTO claim (order_no, opened_at,
	opened_by, reason) VALUES (%s, now(), ''desk'', ''again'')', :a)),
	'^23505 .*one_open_claim', 'one open claim an order');
SELECT is(test.attempt('INSERT INTO claim_note SELECT claim_id, 1, now(),
	''desk'', ''called the post'' FROM claim'), 'done', 'with notes');
UPDATE claim SET closed_at = now(), closed_by = 'desk', outcome = 'found';
SELECT is(test.attempt(format('INSERT INTO claim (order_no, opened_at,
	opened_by, reason) VALUES (%s, now(), ''desk'', ''again'')', :a)), 'done',
	'another when it is closed');

SELECT is(test.activate(:unprinted), 'activated',
	'activated before the post says that it was delivered');
SELECT is(test.mail(:unprinted, 'I4'), 'applied', 'the post says so later');
SELECT is(test.status(:unprinted), 'activated', 'that changes nothing');

SELECT is_empty('SELECT * FROM verify()', 'all invariants hold');
SELECT * FROM finish();
ROLLBACK;
