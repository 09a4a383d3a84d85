-- Shows how card lines share the work: when a batch is cut for which line,
-- what its stock and its characters have to do with it, who is held instead,
-- and what people may still do to a batch.
BEGIN;
\ir steps.psql
SELECT no_plan();

CREATE FUNCTION test.batch(of_batch text) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', b.line, b.product, b.cause, b.state,
		count(l.line)) FROM card_batch b
	LEFT JOIN card_batch_line l USING (batch_no)
	WHERE b.batch_no = of_batch GROUP BY b.batch_no
$$;
-- The n-th to the m-th person's orders, paid and queued.
CREATE FUNCTION test.queued(VARIADIC people integer[]) RETURNS bigint[]
LANGUAGE plpgsql AS $$
DECLARE
	made bigint[] := ARRAY(SELECT test.apply(n) FROM unnest(people) AS n);
BEGIN
	PERFORM test.pay(VARIADIC made);
	PERFORM test.freeze();
	RETURN made;
END
$$;

-- Working days and times of day ------------------------------------------------------

SELECT is(working_day('2026-02-16'), false, 'new year''s eve is off');
SELECT is(working_day('2026-02-23'), true, 'the Monday after is not');
SELECT is(working_day('2025-02-08'), true, 'a Saturday that is made up for');
SELECT results_eq('SELECT working_day(''2040-01-06''), working_day(''2040-01-07'')',
	'VALUES (true, false)', 'a year that is not known: Monday to Friday');
SELECT is(last_cutoff('{11:00,16:30}', '2026-02-23T08:00+08'),
	'2026-02-13T16:30+08'::timestamptz, 'over the holidays');
SELECT is(last_cutoff('{11:00,16:30}', '2026-02-23T11:00+08'),
	'2026-02-23T11:00+08'::timestamptz, 'to the very moment');
SELECT is(last_cutoff('{}', now()), NULL, 'a line without times');

-- When ------------------------------------------------------------------------------------

SELECT test.have_line('main', '{"min": 3, "wait": "30 days",
	"cut_at": "{11:00}"}') \g /dev/null
SELECT test.queued(1, 2) AS two \gset
SELECT is(cut_batch('main', NULL, NULL, 'm'), NULL, 'two wait: not yet');
SELECT is(cause, NULL, 'and nothing is due') FROM line_waiting('main');
SELECT is(cause, 'cutoff', 'after the next time of day it is')
FROM line_waiting('main', now() + interval '14 days');
SELECT is(test.batch(cut_batch('main', NULL, NULL, 'm',
	now() + interval '14 days')), 'main moica cutoff cut 2',
	'what waits at a time of day goes, however few');
SELECT test.queued(3, 4, 5, 6) \g /dev/null
SELECT is(test.batch(cut_batch('main', NULL, NULL, 'm')),
	'main moica volume cut 4', 'enough wait');
SELECT test.queued(7) \g /dev/null
SELECT is(cut_batch('main', NULL, 'foreign_resident', 'm'), NULL,
	'nothing waits of another product');
SELECT is(test.batch(batch_cut('main', NULL, 'op', 'now')),
	'main moica hand cut 1', 'by hand, at any time');
SELECT is(batch_cut('main', NULL, 'op', 'now'), NULL, 'if something waits');
SELECT matches(test.attempt('SELECT batch_cut(''none'', NULL, ''op'', ''x'')'),
	'^RC061 .*unknown', 'for a line that there is');
SELECT is(test.batch(cut_batch('main', 'drain', NULL, 'm')), NULL, 'nothing left');

-- Whose ------------------------------------------------------------------------------------

SELECT test.have_line('north', '{"series": 1, "products": "{moica}",
	"min": 1}') \g /dev/null
SELECT test.have_line('south', '{"series": 2, "min": 1,
	"products": "{foreign_resident}"}') \g /dev/null
SELECT matches(test.attempt('SELECT test.have_line(''east'',
	''{"series": 2}'')'), '^RC060 .*that of line south',
	'a series is one line''s');
SELECT matches(test.attempt('SELECT test.have_line(''north'',
	''{"series": 5}'')'), '^RC060 .*has series 1', 'for ever');
SELECT test.apply(11, now(), '{"product": "foreign_resident"}') AS f \gset
SELECT test.settle(jsonb_build_array(test.line(:f, '{"amount": 278}')),
	'credit') \g /dev/null
SELECT test.queued(12) \g /dev/null
SELECT is(cut_batch('south', NULL, NULL, 'm'), format('CB-%s-200001',
	to_char(taipei_date(now()), 'YYYYMMDD')), 'the first of its series');
SELECT is(cut_batch('north', NULL, NULL, 'm'), format('CB-%s-100001',
	to_char(taipei_date(now()), 'YYYYMMDD')), 'and of the other one''s');
SELECT results_eq('SELECT test.batch(batch_no) FROM card_batch
	WHERE line <> ''main'' ORDER BY 1',
	$$VALUES ('north moica volume cut 1'),
	('south foreign_resident volume cut 1')$$, 'each its product');

-- Stock -------------------------------------------------------------------------------------

SELECT is(stock_set('north', 'moica', 1, false, 'op', 'counted'), 1::bigint,
	'one blank card is there');
SELECT test.queued(21, 22) AS short \gset
SELECT cut_batch('north', NULL, NULL, 'm') AS last_card \gset
SELECT is(test.batch(:'last_card'), 'north moica volume cut 1', 'it is used');
SELECT is(stock_left('north', 'moica'), 0::bigint, 'none is left');
SELECT is(cut_batch('north', 'drain', NULL, 'm'), NULL, 'the others wait');
SELECT results_eq('SELECT kind, line, subject, cards FROM line_alarms()
	WHERE kind = ''stock_out''',
	$$VALUES ('stock_out', 'north', 'moica', 1::bigint)$$,
	'and that is told, with how many');
SELECT hold_order(j.order_no, 'op', 'wait') FROM card_batch_line l
	JOIN card_job j USING (job_no) WHERE l.batch_no = :'last_card' \g /dev/null
SELECT is(stock_left('north', 'moica'), 1::bigint,
	'a card that leaves its batch gives its blank back');
SELECT is(stock_set('north', 'moica', 5, true, 'op', 'came'), 6::bigint,
	'a delivery adds up');
SELECT is(test.batch(cut_batch('north', NULL, NULL, 'm')),
	'north moica volume cut 1', 'and batches go on');
SELECT is(stock_left('north', 'moica'), 5::bigint, 'one less');
SELECT is(stock_left('main', 'moica'), NULL, 'who never counted is never short');
SELECT matches(test.attempt('SELECT stock_set(''south'', ''moica'', 1, false,
	''op'', ''x'')'), '^RC062 .*makes no product', 'of its own products only');
SELECT empty_batch(:'last_card', test.epoch(:'last_card')) \g /dev/null

-- Characters --------------------------------------------------------------------------------

SELECT is(unprintable('王小明', '{[19968,40960)}'), NULL, 'all are there');
SELECT is(unprintable('王𪚥明', '{[19968,40960)}'), 'U+2A6A5 𪚥', 'one is not');
SELECT is(unprintable('A-Bê', '{[32,127)}'), 'U+00EA ê', 'nor here');
SELECT is(unprintable('王𪚥明', NULL), NULL, 'a line that prints anything');
SELECT release_order(order_no, 'op', 'go') FROM hold
	WHERE released_at IS NULL \g /dev/null
SELECT cut_batch('main', 'drain', NULL, 'm') \g /dev/null
SELECT test.have_line('main', '{"characters": "{[19968,40960)}"}'),
	test.have_line('north', '{"series": 1, "min": 1, "products": "{moica}",
	"characters": "{[19968,40960)}"}') \g /dev/null
SELECT test.apply(31, now(), '{"name": "王𪚥明"}') AS rare \gset
SELECT test.pay(:rare), test.freeze() \g /dev/null
SELECT test.queued(32) AS plain \gset
SELECT is(test.batch(cut_batch('main', 'drain', NULL, 'm')),
	'main moica drain cut 1', 'the others go without it');
SELECT is_empty('SELECT 1 FROM exception WHERE reason LIKE ''unprint%''',
	'another line may have it');
SELECT is(cut_batch('north', 'drain', NULL, 'm'), NULL, 'it has not');
SELECT results_eq('SELECT order_no, reason FROM exception
	WHERE reason LIKE ''unprint%''',
	format('VALUES (%s::bigint, ''unprintable U+2A6A5 𪚥'')', :rare),
	'now it is an exception that names the character');
SELECT results_eq('SELECT waiting, unprintable FROM line_waiting(''north'')',
	'VALUES (0::bigint, 1::bigint)', 'counted apart');
SELECT is_empty('SELECT * FROM verify()', 'nothing is stuck in silence');
SELECT test.have_line('north', '{"series": 1, "min": 1, "products": "{moica}",
	"characters": "{[19968,40960),[173000,173824)}"}') \g /dev/null
SELECT is(test.batch(cut_batch('north', NULL, NULL, 'm')),
	'north moica volume cut 1', 'a line that has learned it takes it');
SELECT is(closed_at IS NOT NULL, true, 'and the exception is closed')
FROM exception WHERE reason LIKE 'unprint%';

-- Holders whose certificate is not valid any more -----------------------------------------

SELECT test.apply(41) AS before, test.apply(42) AS waiting,
	test.apply(43) AS cut, test.apply(44) AS sealed, test.apply(45) AS unpaid
	\gset
SELECT test.pay(:sealed), test.freeze(), test.send_batch() \g /dev/null
SELECT test.pay(:waiting, :cut), test.freeze() \g /dev/null
SELECT test.cut() AS open_batch \gset
SELECT test.pay(:before) \g /dev/null
SELECT test.register(n, taipei_date(now()) + 30, jsonb_build_object('status',
	status)) FROM (VALUES (41, 'revoked'), (42, 'revoked'),
	(43, 'deceased'), (44, 'revoked'), (45, 'deceased')) AS lost (n, status)
	\g /dev/null
SELECT results_eq(format('SELECT order_no, held FROM orders WHERE order_no IN
	(%s, %s, %s, %s, %s) ORDER BY order_no', :before, :waiting, :cut, :sealed,
	:unpaid), format('VALUES (%s::bigint, true), (%s, true), (%s, true),
	(%s, false), (%s, false)', :before, :waiting, :cut, :sealed, :unpaid),
	'held at once, until the batch is sealed; an unpaid one ends by itself');
SELECT results_eq(format('SELECT reason FROM hold WHERE order_no IN (%s, %s)
	ORDER BY order_no', :waiting, :cut),
	$$VALUES ('certificate_revoked'), ('certificate_deceased')$$,
	'with the reason');
SELECT is(test.batch(:'open_batch'), 'main moica drain cut 0',
	'and off the batch');
SELECT test.pay(:unpaid), test.freeze() \g /dev/null
SELECT is(cut_batch('main', 'drain', NULL, 'm'), NULL, 'paid all the same');
SELECT is(reason, 'certificate_deceased', 'it is held when its batch is cut')
FROM hold WHERE order_no = :unpaid;
SELECT is((SELECT count(*) FROM exception WHERE reason LIKE 'certificate%'
	AND closed_at IS NULL), 4::bigint, 'each is on the worklist');
SELECT matches(test.attempt(format('SELECT hold_order(%s, ''op'', ''x'')',
	:sealed)), '^RC020 .*cannot be held any more.*sealed',
	'a sealed one nobody holds');
SELECT empty_batch(:'open_batch', test.epoch(:'open_batch')) \g /dev/null

-- What people may do to a batch --------------------------------------------------------------

SELECT batch_hold(batch_no, 'op', 'out of the way') FROM card_batch
	WHERE state = 'cut' \g /dev/null
SELECT test.queued(51, 52) \g /dev/null
SELECT test.cut() AS b \gset
SELECT batch_hold(:'b', 'op', 'line moves') \g /dev/null
SELECT matches(test.attempt(format('SELECT batch_hold(%L, ''op'', ''x'')', :'b')),
	'^RC063 .*held already: line moves', 'held once');
SELECT is_empty('SELECT 1 FROM claim_batch(''main'')
	WHERE batch_no = ''' || :'b' || '''', 'nobody seals it');
SELECT is(test.seal(:'b', test.epoch(:'b')), false, 'not by a late claim either');
SELECT batch_release(:'b', 'op', 'go') \g /dev/null
SELECT matches(test.attempt(format('SELECT batch_release(%L, ''op'', ''x'')',
	:'b')), '^RC063 .*not held', 'released once');
SELECT matches(test.attempt(format('SELECT batch_resend(%L, ''op'', ''x'')',
	:'b')), '^RC063 .*is cut', 'what is not out is not sent again');
SELECT is(test.seal(:'b', test.epoch(:'b')), true, 'it is sealed');
SELECT is(offer_batch(:'b', test.epoch(:'b') - 1, true), false,
	'a late claim hands nothing out');
SELECT is(offer_batch(:'b', test.epoch(:'b'), true), true, 'it is leaving');
SELECT matches(test.attempt(format('SELECT batch_hold(%L, ''op'', ''x'')', :'b')),
	'^RC063 .*this moment', 'too late');
SELECT is(publish_batch(:'b', test.epoch(:'b'), NULL), true, 'it is out');
SELECT matches(test.attempt(format('SELECT batch_hold(%L, ''op'', ''x'')', :'b')),
	'^RC063 .*is published', 'only the line can stop it now');
SELECT batch_resend(:'b', 'op', 'lost') AS again \gset
SELECT matches(test.attempt(format('SELECT batch_resend(%L, ''op'', ''x'')',
	:'b')), '^RC063 .*asked for already', 'asked for once');
SELECT results_eq('SELECT batch_no, resend_no FROM claim_batch(''main'')',
	format('VALUES (%L, %s::bigint)', :'b', :again), 'claimed for that');
SELECT is(publish_batch(:'b', test.epoch(:'b'), :again), true, 'and sent');
SELECT is_empty('SELECT 1 FROM claim_batch(''main'')', 'once');
SELECT matches(test.attempt(format('SELECT decision_request(''abandon_batch'',
	%L, ''op'', ''x'')', :'b')), '^RC064 .*refused', 'it is not given up');
SELECT test.ack(:'b', 'REJECTED', 'BAD_SIGNATURE') \g /dev/null
SELECT is(decision_settle(decision_request('abandon_batch', :'b', 'op', 'x'),
	true, 'op2', 'so be it'), 'abandon_batch ' || :'b', 'but when refused');
SELECT results_eq('SELECT state, sent, rejected, open, balanced, codes
	FROM batch_reconcile(NULL, ''' || :'b' || ''', NULL, NULL, false)',
	$$VALUES ('abandoned', 2::bigint, 2::bigint, 0::bigint, true,
	'BATCH_REFUSED=2')$$, 'its cards count as rejected');
SELECT is((SELECT count(*) FROM card_job WHERE attempt = 2
	AND state = 'queued'), 2::bigint, 'and wait for another batch');
SELECT matches(test.attempt(format('UPDATE card_batch SET state = ''refused''
	WHERE batch_no = %L', :'b')), '^RC020 ', 'for good');
SELECT is(test.ack(:'b'), 'batch_over', 'whatever the line says now');

-- A line that answers for a later number ----------------------------------------------------

SELECT is(test.ack('CB-20300101-000099'), 'unknown_batch', 'not known yet');
SELECT matches((SELECT stop_reason FROM card_line WHERE line = 'main'),
	'CB-20300101-000099', 'the line is stopped');
SELECT is(test.cut(), NULL, 'nothing is cut');
SELECT matches(test.attempt('SELECT batch_cut(''main'', NULL, ''op'', ''x'')'),
	'^RC061 .*is stopped', 'by nobody');
SELECT is_empty('SELECT 1 FROM claim_batch(''main'')', 'or sealed');
SELECT matches(test.attempt('SELECT line_resume(''main'', 1, ''op'', ''x'')'),
	'^RC061 .*must be from', 'numbers only go up');
SELECT matches(test.attempt('UPDATE card_line SET last_number = 1
	WHERE line = ''main'''), '^RC020 ', 'through any door');
SELECT line_resume('main', 99, 'op', 'asked') \g /dev/null
SELECT matches(test.cut(), '000100$', 'it goes on behind');
SELECT matches(test.attempt('SELECT line_resume(''main'', 200, ''op'', ''x'')'),
	'^RC061 .*not stopped', 'once');
SELECT matches(test.attempt('DELETE FROM card_line_gap'), '^RC020 ',
	'the gap stays declared');

SELECT is_empty('SELECT * FROM verify()', 'all invariants hold');
SELECT * FROM finish();
ROLLBACK;
