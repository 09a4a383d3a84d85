-- Shows runs by area and sheets, whole sheets and runs printed again, labels
-- held back, the way of a run through a printer, cards and labels checked as
-- they are packed, and lists of what was packed.
BEGIN;
\ir steps.psql
SELECT no_plan();

CREATE FUNCTION test.labels(of_order bigint) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', copy_no, state, blocked), ', '
		ORDER BY copy_no) FROM label WHERE order_no = of_order
$$;
CREATE FUNCTION test.cut_run(printer text DEFAULT NULL,
	first_cell integer DEFAULT 1, sheets integer DEFAULT 1)
RETURNS text LANGUAGE sql AS $$
	SELECT cut_label_run(sheets, 3, first_cell, 1, '0', 'a4-21', 'pdf',
		printer, '{100}', NULL, NULL, NULL, 'l')
$$;
CREATE FUNCTION test.finish_run(run text) RETURNS boolean LANGUAGE sql AS $$
	SELECT seal_label_run(run, 0, repeat('d', 64), (SELECT count(*)
		FROM label_run_content(run))::integer, 2, '{}', '{}', 'l');
	SELECT publish_label_run(run, 0, 'l')
$$;
CREATE FUNCTION test.at_work(of_run text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(reason, ', ' ORDER BY reason) FROM exception
		WHERE kind = 'print' AND subject = of_run AND closed_at IS NULL
$$;

-- Areas and sheets -----------------------------------------------------------------

SELECT array_agg(test.apply(n, now(), CASE WHEN n > 5
	THEN '{"postal_code": "880"}' ELSE '{}' END::jsonb) ORDER BY n) AS orders
	FROM generate_series(1, 7) AS n \gset
SELECT (:'orders'::bigint[])[1] AS a, (:'orders'::bigint[])[2] AS b,
	(:'orders'::bigint[])[5] AS e, (:'orders'::bigint[])[6] AS far \gset
SELECT test.pay(VARIADIC :'orders'::bigint[]), test.freeze() \g /dev/null
UPDATE label SET created_at = created_at - interval '1 hour'
	WHERE order_no = :far;
SELECT test.cut_run() AS island \gset
SELECT results_eq(format('SELECT area, cells, (SELECT count(*) FROM label l
		WHERE l.run_no = r.run_no) FROM label_run r WHERE run_no = %L',
	:'island'), $$VALUES ('out_of_town', 3, 2::bigint)$$,
	'one area a run, that of the oldest label first');
SELECT test.cut_run(NULL, 3, 2) AS run \gset
SELECT results_eq(format('SELECT order_no, sheet, cell
		FROM run_labels(%L)', :'run'),
	format('VALUES (%s::bigint, 1, 3), (%s, 2, 1), (%s, 2, 2), (%s, 2, 3)',
		:a, :b, (:'orders'::bigint[])[3], (:'orders'::bigint[])[4]),
	'as many as two sheets hold from the third cell on');
SELECT is(cut_label_run(1, 3, 1, 2, '1 hour', 'a4-21', 'pdf', NULL, '{100}',
	NULL, NULL, NULL, 'l'), NULL::text, 'each area waits for itself');
SELECT matches(test.attempt('SELECT test.cut_run(NULL, 4, 2)'), '^23514',
	'no first cell beyond the sheet');
SELECT results_eq(format('SELECT copy_no FROM label_run_content(%L)', :'run'),
	'VALUES (1), (1), (1), (1)', 'the copy number is told');

-- Printed again ---------------------------------------------------------------------

SELECT matches(test.attempt(format('SELECT reprint_run(%L, NULL, ''op'', ''x'')',
	:'run')), '^RC066 run .* is cut', 'not before its file is out');
SELECT matches(test.attempt($$SELECT reprint_run('LR-20200101-000009', NULL,
	'op', 'x')$$), '^RC066 there is no label run', 'nor what is none');
SELECT test.finish_run(:'run') \g /dev/null
SELECT matches(test.attempt(format('SELECT reprint_run(%L, 3, ''op'', ''x'')',
	:'run')), '^RC066 run .* has no sheet 3', 'nor a sheet that is not there');
SELECT reprint_label(:b, 'op', 'smudged') \g /dev/null
SELECT test.mailed(20) \g /dev/null
SELECT results_eq(format('SELECT * FROM reprint_run(%L, 2, ''op'', ''torn'')',
	:'run'), format($$VALUES (%L, NULL::integer, 'void'),
	(%L, 2, 'reprinted'), (%L, 2, 'reprinted')$$, order_text(:b),
	order_text((:'orders'::bigint[])[3]),
	order_text((:'orders'::bigint[])[4])), 'a sheet, but for what is void');
SELECT is(test.labels(:a), '1 printed', 'the other sheet stays');
SELECT is(test.labels((:'orders'::bigint[])[3]), '1 void, 2 pending',
	'the next copy waits');
SELECT results_eq($$SELECT subject, reason FROM operator_act
	WHERE act = 'reprint' ORDER BY act_id DESC LIMIT 1$$,
	format($$VALUES (%L, 'torn')$$, :'run' || ' sheet 2'), 'one recorded act');
SELECT results_eq(format('SELECT outcome FROM reprint_run(%L, NULL, ''op'',
		''lost'')', :'run'), $$VALUES ('reprinted'), ('void'), ('void'),
	('void')$$, 'the whole run: what is left of it');
SELECT matches(test.attempt(format('SELECT reprint_run(%L, NULL, ''op'', ''x'')',
	:'run')), '^RC066 .*nothing of it', 'once');
SELECT run_no AS posted, order_text(label.order_no) AS mailed FROM label
	JOIN mail_item USING (label_no) \gset
SAVEPOINT whole;
SELECT is(outcome, CASE order_no WHEN :'mailed' THEN 'in_the_post'
	ELSE 'reprinted' END, 'nothing that is in the post')
FROM reprint_run(:'posted', NULL, 'op', 'x');
ROLLBACK TO whole;

-- Held back
SELECT is(void_label(:a, 'op', 'wait for a call'), 3, 'the next copy');
SELECT is(test.labels(:a), '1 void, 2 void, 3 pending withheld',
	'is not printed');
SELECT results_eq(format('SELECT reason FROM exception WHERE kind = ''label''
	AND order_no = %s AND closed_at IS NULL', :a), ARRAY['withheld'],
	'and stands on the worklist');
SELECT is_empty('SELECT * FROM verify()', 'there is one valid label still');
SELECT is(reprint_label(:a, 'op', 'go on'), 4, 'until it is printed');
SELECT is_empty(format('SELECT FROM exception WHERE order_no = %s
	AND closed_at IS NULL', :a), 'which ends the exception');
SELECT matches(test.attempt(format('SELECT void_label(%s, ''op'', ''x'')',
	test.apply(30))), '^RC020 .*no label', 'no label, nothing to void');
SELECT matches(test.attempt('SELECT void_label(99, ''op'', ''x'')'),
	'^RC020 .*no label', 'of no order of ours');

-- Through a printer -------------------------------------------------------------------

SELECT test.cut_run('front') AS press \gset
SELECT test.finish_run(:'press') \g /dev/null
SELECT is((SELECT count(*) FROM label WHERE run_no = :'press'
	AND state = 'pending'), 3::bigint,
	'a file that is on its way to a printer has printed nothing');
SELECT is_empty('SELECT * FROM verify()', 'which is as it should be');
SELECT results_eq(format('SELECT run_no, epoch, printer, may_send AND fresh, format
		FROM claim_print_job(''0'', ''1 minute'')'),
	format('VALUES (%L, 1, ''front'', true, ''pdf'')', :'press'), 'claimed');
SELECT is(record_print_job(:'press', 0, 'printed', 7, '', '1 second', 'l'),
	false, 'a former claim records nothing');
SELECT is(record_print_job(:'press', 1, 'sending', NULL, '', '0', 'l'), true,
	'the answer was lost');
SELECT results_eq($$SELECT may_send FROM claim_print_job('0', '1 minute',
	now() + interval '1 second')$$,
	ARRAY[true], 'the printer still knows what it was told');
SELECT record_print_job(:'press', 2, 'sending', NULL, '', '0', 'l') \g /dev/null
SELECT results_eq($$SELECT may_send FROM claim_print_job('0', '1 minute',
	now() + interval '2 minutes')$$, ARRAY[false],
	'after a while it is only asked');
SELECT record_print_job(:'press', 3, 'waiting', NULL, '', '0', 'l')
	\g /dev/null
SELECT results_eq($$SELECT may_send FROM claim_print_job('0', '1 minute')$$,
	ARRAY[true], 'what did not arrive is sent again');
SELECT is(record_print_job(:'press', 4, 'stopped', 7, 'media-empty', '0',
	'l'), true, 'out of paper');
SELECT is(test.at_work(:'press'), 'stopped', 'goes on the worklist');
SELECT results_eq($$SELECT may_send FROM claim_print_job('0', '1 minute')$$,
	ARRAY[false], 'a job that arrived is not sent again');
SELECT record_print_job(:'press', 5, 'processing', NULL, '', '0', 'l')
	\g /dev/null
SELECT is(test.at_work(:'press'), NULL::text, 'and comes off it again');
SELECT is((SELECT printer_job FROM print_job WHERE run_no = :'press'), 7,
	'the job keeps its number');
SAVEPOINT printing;
SELECT record_print_job(:'press', 5, 'printed', NULL, '', '0', 'l')
	\g /dev/null
SELECT is((SELECT count(*) FROM label WHERE run_no = :'press'
	AND state = 'printed'), 3::bigint, 'a completed job printed them');
SELECT is_empty($$SELECT FROM claim_print_job('0', '1 minute')$$, 'all is done');
SELECT matches(test.attempt(c.command), '^RC020', 'refused: ' || c.command)
FROM (VALUES ('UPDATE print_job SET state = ''sent'', ended_at = NULL'),
	('DELETE FROM print_job')) AS c (command);
SELECT matches(test.attempt(format('SELECT print_confirm(%L, ''op'', ''x'')',
	:'press')), '^RC067 run .* is printed', 'nothing to confirm');
ROLLBACK TO printing;
SELECT matches(test.attempt(format('SELECT print_confirm(%L, ''op'', ''x'')',
	:'press')), '^RC067 run .* is processing', 'nor while it is printed');
SELECT matches(test.attempt(format('SELECT print_confirm(%L, ''op'', ''x'')',
	:'run')), '^RC067 no printer', 'nor of a run for the folder');
SELECT record_print_job(:'press', 5, 'cancelled', NULL, 'job-canceled-by-user',
	'0', 'l') \g /dev/null
SELECT is(test.at_work(:'press'), 'cancelled', 'cancelled at the printer');
SELECT is_empty($$SELECT FROM claim_print_job('0', '1 minute')$$,
	'a person decides');
SELECT is_empty('SELECT * FROM verify()', 'nothing is stuck in silence');
SAVEPOINT decide;
SELECT print_confirm(:'press', 'op', 'all sheets are there') \g /dev/null
SELECT is((SELECT count(*) FROM label WHERE run_no = :'press'
	AND state = 'printed'), 3::bigint, 'somebody saw that it came out');
SELECT is(test.at_work(:'press'), NULL::text, 'that was all');
SELECT results_eq($$SELECT actor, reason FROM operator_act
	WHERE act = 'confirm print'$$,
	$$VALUES ('op', 'all sheets are there')$$, 'and recorded');
ROLLBACK TO decide;
SELECT is((SELECT count(*) FROM reprint_run(:'press', NULL, 'op', 'jammed')
	WHERE outcome = 'reprinted'), 3::bigint, 'or it is printed again');
SELECT is((SELECT state FROM print_job WHERE run_no = :'press'), 'replaced',
	'whatever comes out now is void');
SELECT is(record_print_job(:'press', 5, 'printed', NULL, '', '0', 'l'), false,
	'also when the printer goes on');
SELECT is((SELECT count(*) FROM label WHERE run_no = :'press'
	AND state <> 'void'), 0::bigint, 'never two valid copies');
SELECT is(test.at_work(:'press'), NULL::text, 'the worklist knows');
SELECT is_empty('SELECT * FROM verify()', 'all is well');

SELECT test.apply(40) AS fresh \gset
SELECT test.pay(:fresh), test.freeze() \g /dev/null
SELECT test.cut_run('front', 1, 2) AS press \gset
SELECT test.finish_run(:'press') \g /dev/null
SELECT record_print_job(:'press', n, 'waiting', NULL, '', '0', 'l'),
	claim_print_job('0', '1 minute')
	FROM generate_series(0, 5) AS n \g /dev/null
SELECT is(test.at_work(:'press'), 'unreachable',
	'a printer that cannot be reached is told after some tries');
SELECT record_print_job(:'press', epoch, 'sent', NULL, '', '0', 'l')
	FROM print_job WHERE run_no = :'press' \g /dev/null
SELECT is(test.at_work(:'press'), 'unconfirmed',
	'a port that answers nothing leaves it to a person');
SELECT print_confirm(:'press', 'op', 'seen') \g /dev/null
SELECT is_empty('SELECT * FROM verify()', 'after that all is well');

-- Packing -----------------------------------------------------------------------------

SELECT order_no AS one FROM label WHERE run_no = :'press' AND copy_no = 1
	ORDER BY order_no LIMIT 1 \gset
SELECT order_no AS two, copy_no AS copy FROM label WHERE run_no = :'press'
	AND copy_no > 1 ORDER BY order_no LIMIT 1 \gset
SELECT test.new_card(test.job(:one)) AS card_one,
	test.new_card(test.job(:two)) AS card_two \gset
SELECT is(code, 'card_unknown', 'no card yet')
	FROM pack_card(:one, :'card_one', NULL, 'op');
SELECT test.make(test.send_batch()) \g /dev/null
SELECT results_eq(format('SELECT * FROM pack_card(%s, %L, NULL, ''op'')',
	:one, :'card_one'), $$VALUES (true, 'packed', 1, 1)$$, 'they belong together');
SELECT results_eq(format('SELECT packed FROM pack_card(%s, %L, 1, ''op'')',
	:one, :'card_one'), ARRAY[true], 'still');
SELECT is((SELECT count(*) FROM packing WHERE outcome = 'packed'), 1::bigint,
	'recorded once');
SELECT hold_order(:two, 'op', 'wait') \g /dev/null
SELECT is(c.code, c.wants, 'refused: ' || c.wants) FROM (
	SELECT (pack_card(12345, :'card_one', NULL, 'op')).code, 'order_unknown'
	UNION ALL SELECT (pack_card(:one, 'TP99999999999999', NULL, 'op')).code,
		'card_unknown'
	UNION ALL SELECT (pack_card(:one, :'card_two', NULL, 'op')).code,
		'card_of_another_order'
	UNION ALL SELECT (pack_card(:one, :'card_one', 2, 'op')).code,
		'label_unknown'
	UNION ALL SELECT (pack_card(:two, :'card_two', :copy, 'op')).code,
		'order_held') AS c (code, wants);
SELECT release_order(:two, 'op', 'go on') \g /dev/null
SELECT is((pack_card(:two, :'card_two', NULL, 'op')).code, 'label_void',
	'a former copy, or one whose number was not looked at');
SELECT is((pack_card(:two, :'card_two', :copy, 'op')).packed, true,
	'the valid copy');
SELECT is((SELECT count(*) FROM packing WHERE outcome <> 'packed'), 6::bigint,
	'what was refused is kept too, but for what is no order');
SELECT matches(test.attempt(c.command), '^RC020 what was checked',
	'refused: ' || c.command)
FROM (VALUES ('UPDATE packing SET outcome = ''x'''), ('DELETE FROM packing'))
	AS c (command);

-- What was packed is listed, by area.
SELECT cut_posting_list(10, 1, '0', '{100}', true, 'l') AS list \gset
SELECT results_eq(format('SELECT p.area, l.order_no FROM posting_list p
		JOIN posting_line USING (list_no) JOIN label l USING (label_no)
		WHERE p.list_no = %L ORDER BY 2', :'list'),
	format($$SELECT 'local', o FROM unnest(ARRAY[%s, %s]::bigint[]) AS o
		ORDER BY o$$, :one, :two), 'only what was packed');
SELECT is(cut_posting_list(10, 1, '0', '{100}', true, 'l'), NULL::text,
	'the rest waits at the packing table');
SELECT reprint_label(:two, 'op', 'torn') \g /dev/null
SELECT is((SELECT packed FROM letter_ready WHERE order_no = :two), NULL,
	'a new label is to be printed and checked again');
SELECT is_empty('SELECT * FROM verify()', 'all is well at the end');

-- Mail numbers that the post allotted ------------------------------------------------------

SELECT array_agg(test.apply(n)) AS many FROM generate_series(50, 54) AS n \gset
SELECT test.pay(VARIADIC :'many'::bigint[]), test.freeze() \g /dev/null
UPDATE label SET created_at = created_at - interval '1 hour'
	WHERE order_no = ANY (:'many'::bigint[]);
SELECT cut_label_run(1, 3, 1, 1, '0', 'thermal', 'pdf', NULL, '{100}',
	'10000118', 41, 44, 'l') AS numbered \gset
SELECT results_eq(format('SELECT mail_no FROM label_run_content(%L)',
	:'numbered'), $$VALUES ('00004110000118'), ('00004210000118'),
	('00004310000118')$$, 'in printing order');
SELECT test.finish_run(:'numbered') \g /dev/null
SELECT cut_label_run(9, 3, 1, 1, '0', 'thermal', 'pdf', NULL, '{100}',
	'10000118', 41, 44, 'l') AS last \gset
SELECT is((SELECT string_agg(mail_no, ' ') FROM label_run_content(:'last')),
	'00004410000118', 'none twice, and no more than there are');
SELECT order_no AS numbered_order FROM label WHERE mail_no = '00004210000118'
	\gset
SELECT matches(test.attempt($$UPDATE label SET mail_no = '00009910000118'
	WHERE mail_no = '00004210000118'$$), '^RC020 a label goes',
	'a number stays');
SELECT test.make(test.send_batch()) \g /dev/null
SELECT cut_posting_list(100, 1, '0', '{100}', false, 'l') AS told \gset
SELECT ok(EXISTS (SELECT FROM posting_list_content(:'told')
	WHERE mail_no = '00004210000118'), 'the list tells it');
SELECT is(concat_ws(' ', applied, rejected), '0 1',
	'another number is not that letter''s')
FROM test.track(jsonb_build_array(jsonb_build_object('order', :numbered_order,
	'number', '00009910000118')));
SELECT is(concat_ws(' ', applied, rejected), '1 0', 'the printed one is')
FROM test.track(jsonb_build_array(jsonb_build_object('order', :numbered_order,
	'number', '00004210000118')));
SELECT is_empty('SELECT * FROM verify()', 'all is well with numbers');

-- What is looked at ---------------------------------------------------------------------

SELECT results_eq(format('SELECT order_no, address, name, copy_no
		FROM label_preview(%s, NULL, NULL, ''op'', ''asked'')', :one),
	format($$SELECT order_text(order_no), address, name, 1 FROM applicant
		WHERE order_no = %s$$, :one), 'a label');
SELECT is((SELECT count(*) FROM label_preview(NULL, :'press', 1, 'op', 'asked')),
	(SELECT count(*) FROM run_labels(:'press') WHERE sheet = 1), 'a sheet');
SELECT is((SELECT count(*) FROM access_record WHERE actor = 'op'
	AND purpose = 'label preview: asked'), 1 + (SELECT count(*)
	FROM run_labels(:'press') WHERE sheet = 1), 'each look is recorded');
SELECT is_empty('SELECT * FROM label_preview(99, NULL, NULL, ''op'', ''x'')',
	'nothing of what is no order');
SELECT results_eq(format('SELECT run_no, area, labels, printer, print_state
		FROM label_run_list(NULL, NULL, false, 1)'),
	format('SELECT run_no, area, (SELECT count(*) FROM label l
			WHERE l.run_no = r.run_no), NULL::text, NULL::text
		FROM label_run r ORDER BY sequence DESC LIMIT 1'), 'runs');
SELECT ok((SELECT string_agg(name || ' ' || value, E'\n')
	FROM label_show(:two)) LIKE '%copy ' || :copy || ' void, ' || :'press'
	|| ' sheet 1%packed%torn%', 'the story of a label');

SELECT * FROM finish();
ROLLBACK;
