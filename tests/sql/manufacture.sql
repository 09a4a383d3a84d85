-- Shows how cards are made: one live job an order, batches that are cut,
-- claimed under an epoch, sealed and published once and never changed, what
-- the line may answer, and what cancelling and holding do on the way.
BEGIN;
\ir steps.psql
SELECT no_plan();

CREATE FUNCTION test.jobs(of_order bigint) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', attempt, reason, state), ', '
		ORDER BY attempt)
	FROM card_job WHERE order_no = of_order
$$;

-- Cutting -------------------------------------------------------------------------

SELECT is(test.cut(), NULL::text, 'nothing to cut');
SELECT test.apply(1, now(), '{"postal_code": "880"}') AS a, test.apply(2) AS b,
	test.apply(3) AS c, test.apply(4) AS d \gset
SELECT test.pay(:a, :b, :c, :d) \g /dev/null
SELECT is(test.freeze(), 4, 'four orders are frozen');
SELECT is(test.jobs(:a), '1 NEW queued', 'with a job each');
SELECT matches(test.attempt(format('INSERT INTO card_job (order_no, attempt,
		reason, address_digest, queued_at) SELECT order_no, 2, ''NEW'',
		address_digest, now() FROM card_job WHERE order_no = %s', :a)),
	'^23505 .*one_live_card_job', 'a second live job is refused to everybody');
SELECT matches(test.attempt(format('INSERT INTO label (order_no, copy_no,
		address_digest, created_at) SELECT order_no, 2,
		address_digest, now() FROM card_job WHERE order_no = %s', :a)),
	'^23505 .*one_valid_label', 'and a second valid label');
SELECT matches(test.attempt(format('INSERT INTO card_job (order_no, attempt,
		reason, address_digest, queued_at) VALUES (%s, 1, ''NEW'',
		sha256(''x''), now())', test.apply(5))), '^23503 ',
	'and a job for an order that was not paid and frozen');
SELECT test.have_line('main', '{"min": 5, "wait": "1 hour"}') \g /dev/null
SELECT is(cut_batch('main', NULL, NULL, 'm'), NULL,
	'too few and too young: no batch');
SELECT is(cut_batch('main', NULL, NULL, 'm', now() + interval '1 hour')
	IS NOT NULL, true, 'old enough');
SELECT results_eq('SELECT line, order_no, attempt, reason, print_name
		FROM batch_content((SELECT batch_no FROM card_batch))',
	format($$VALUES (1::bigint, %L, 1, 'NEW', '王小明'), (2, %L, 1, 'NEW',
		'王小明'), (3, %L, 1, 'NEW', '王小明'), (4, %L, 1, 'NEW', '王小明')$$,
		order_text(:b), order_text(:c), order_text(:d), order_text(:a)),
	'sorted by postal code, then number');
SELECT batch_no AS first FROM card_batch \gset
SELECT matches(:'first'::text, '^CB-' || to_char(taipei_date(now()
	+ interval '1 hour'), 'YYYYMMDD')
	|| '-000001$', 'the batch has day and number');
SELECT results_eq('SELECT valid_from, valid_to, product, state FROM card_batch',
	$$SELECT d, (d + interval '5 years')::date, 'moica', 'cut'
	FROM taipei_date(now() + interval '1 hour') AS d$$, 'and the product''s validity');
SELECT is(test.cut(), NULL, 'a job is cut once');

-- Claiming and sealing --------------------------------------------------------------

SELECT results_eq('SELECT batch_no, state, epoch, product FROM claim_batch(''main'')',
	format('VALUES (%L, ''cut'', 1, ''moica'')', :'first'),
	'a claim gives the oldest batch and an epoch');
SELECT is((SELECT epoch FROM claim_batch('main')), 2, 'the next claim another');
SELECT is(test.seal(:'first', 1), false, 'the former claimer is fenced off');
SELECT is(publish_batch(:'first', 1, NULL), false, 'at publishing too');
SELECT is(publish_batch(:'first', 2, NULL), false, 'what is not sealed is not '
	'published');
SELECT matches(test.attempt(format('SELECT seal_batch(%L, 2, ''-'', 3, '
	'''1'', repeat(''c'', 64), repeat(''d'', 64), ''x'', ''CN'', ''m'')', :'first')),
	'^RC040 .*rendered with 3 cards, but has 4',
	'a batch is sealed with all its cards or not at all');
SELECT is(empty_batch(:'first', 2), false, 'a batch with cards stays');

-- Cancelling before the seal
SELECT cancel_order(:c, 'op', 'asked for') \g /dev/null
SELECT is(test.status(:c), 'cancelled', 'an order in a cut batch is cancelled');
SELECT is(test.jobs(:c), '1 NEW void', 'its job becomes void');
SELECT results_eq(format('SELECT state::text, voided_by, void_reason FROM label
		WHERE order_no = %s', :c),
	$$VALUES ('void', 'op', 'order_cancelled')$$, 'and its label');
SELECT results_eq(format('SELECT reason, state FROM payment_exception
		WHERE order_no = %s', :c),
	$$VALUES ('cancelled_order', 'refund_due')$$, 'its money is due back');
SELECT is((SELECT count(*) FROM batch_content(:'first')), 3::bigint,
	'its card is off the batch');
SELECT is(test.seal(:'first', 2), false, 'and whoever was rendering is fenced '
	'off');
-- Holding before the seal
SELECT hold_order(:d, 'op', 'look at it') \g /dev/null
SELECT is(test.jobs(:d), '1 NEW queued', 'a held order''s job waits again');
SELECT is((SELECT count(*) FROM batch_content(:'first')), 2::bigint,
	'off the batch, which goes on without it');
SELECT is(test.seal(:'first', 3), false, 'whoever was rendering is fenced off');
SELECT is(test.cut(), NULL, 'a held order is not cut');
SELECT is(test.seal(:'first', 4), true, 'the batch is sealed');
SELECT results_eq(format('SELECT line, job_no FROM card_batch_line
		WHERE batch_no = %L ORDER BY line', :'first'),
	format('VALUES (1, test.job(%s)), (2, test.job(%s))', :b, :a),
	'the gaps are closed');
SELECT results_eq(format('SELECT state, cards, hash_total::numeric, file_digest
		FROM card_batch WHERE batch_no = %L', :'first'),
	format('VALUES (''sealed'', 2, %s::numeric, %L)',
		(:a::bigint / 10 + :b::bigint / 10) % 10000000000000,
		encode(sha256('sealed'), 'hex')), 'counted and summed');
SELECT is(batch_file(:'first'), 'sealed'::bytea, 'its bytes are kept');
SELECT is(test.status(o), 'producing', 'its orders are being produced')
FROM unnest(ARRAY[:a, :b]) AS o;
SELECT is(test.seal(:'first', 4), false, 'it is sealed once');
SELECT matches(test.attempt(format('SELECT cancel_order(%s, ''op'', ''x'')', :a)),
	'^RC020 order .*cannot be cancelled any more',
	'now it is too late to cancel');
SELECT is(test.jobs(:a), '1 NEW batched', 'and nothing of it happened');

-- Sealed for good
SELECT matches(test.attempt(format(c.command, :'first')), '^RC020 .*',
	'refused: ' || c.command)
FROM (VALUES ('UPDATE card_batch SET cards = 1 WHERE batch_no = %L'),
	('UPDATE card_batch SET file_digest = repeat(''e'', 64) WHERE batch_no = %L'),
	('UPDATE card_batch SET valid_to = valid_to + 1 WHERE batch_no = %L'),
	('UPDATE card_batch SET state = ''cut'', sealed_at = NULL,
		file_digest = NULL WHERE batch_no = %L'),
	('DELETE FROM card_batch WHERE batch_no = %L'),
	('UPDATE card_batch_file SET bytes = ''x'' WHERE batch_no = %L'),
	('DELETE FROM card_batch_file WHERE batch_no = %L'),
	('TRUNCATE card_batch_file'),
	('UPDATE card_batch_line SET line = 7 WHERE line = 1 AND batch_no = %L'),
	('DELETE FROM card_batch_line WHERE batch_no = %L'),
	('INSERT INTO card_batch_line SELECT %L, 3, job_no FROM card_job
		WHERE state = ''queued'' LIMIT 1'),
	('UPDATE card_job SET attempt = 5'),
	('DELETE FROM card_job'), ('TRUNCATE card_job CASCADE')) AS c (command);
SAVEPOINT control;
ALTER TABLE card_batch DISABLE TRIGGER sealed;
SELECT is(test.attempt('UPDATE card_batch SET cards = 1'), 'done',
	'control: without the trigger a sealed batch changes');
ROLLBACK TO control;
SELECT is(empty_batch(:'first', 4), false, 'nor is it dropped');

-- Publishing and the line's answer ----------------------------------------------------

SELECT is(test.ack(:'first'), 'not_published', 'an answer before the question '
	'is not booked');
SELECT is((SELECT count(*) FROM import WHERE kind = 'card_ack'), 0::bigint,
	'and will be judged again');
SELECT is((SELECT state FROM claim_batch('main')), 'sealed',
	'a sealed batch is claimed for publishing');
SELECT is(publish_batch(:'first', 4, NULL), false, 'not by a former claim');
SELECT is(publish_batch(:'first', 5, NULL), true, 'it is published');
SELECT is(publish_batch(:'first', 5, NULL), false, 'once');
SELECT is_empty('SELECT * FROM claim_batch(''main'')', 'nothing is left to claim');
SELECT is_empty('SELECT * FROM line_alarms()', 'not overdue yet');
SELECT results_eq('SELECT kind, line, subject, cards FROM line_alarms(now()
		+ interval ''25 hours'')', format($$VALUES ('ack_missing', 'main',
	%L, 2::bigint)$$, :'first'), 'overdue later, an alarm only');
SELECT is(test.ack('CB-20000101-000001'), 'unknown_batch',
	'an answer for a batch that is not ours');
SELECT is(test.ack(:'first', 'REJECTED', 'DUPLICATE'), 'duplicate',
	'"we have it already" changes nothing');
SELECT is((SELECT state FROM card_batch WHERE batch_no = :'first'), 'published',
	'the real answer is still to come');
SELECT is(test.ack(:'first', digest => repeat('a', 64)), 'applied', 'accepted');
SELECT is(test.ack(:'first', digest => repeat('a', 64)), 'duplicate',
	'the same file again');
SELECT is(test.ack(:'first'), 'duplicate', 'the same answer again');
SELECT is(test.ack(:'first', 'REJECTED', 'BAD_HASH'), 'already_accepted',
	'another answer afterwards');
SELECT results_eq('SELECT rows, applied, duplicate, rejected FROM import
		WHERE kind = ''card_ack'' ORDER BY import_id',
	$$VALUES (1::bigint, 0::bigint, 0::bigint, 1::bigint), (1, 0, 1, 0),
	(1, 1, 0, 0), (1, 0, 1, 0), (1, 0, 0, 1)$$, 'each is counted');
SELECT set_eq('SELECT code FROM import_reject',
	ARRAY['unknown_batch', 'already_accepted'], 'with its reason');
SELECT is((SELECT state FROM card_batch WHERE batch_no = :'first'), 'accepted',
	'accepted it stays');

-- Results ---------------------------------------------------------------------------------

-- A second batch: the held order, released, and five more. One of it is made
-- without the line's having acknowledged the batch.
SELECT release_order(:d, 'op', 'fine') \g /dev/null
SELECT array_agg(test.apply(n) ORDER BY n) AS more
FROM generate_series(11, 15) AS n \gset
SELECT test.pay(VARIADIC :'more') \g /dev/null
SELECT test.freeze() \g /dev/null
SELECT test.cut() AS second \gset
SELECT test.job(:d) AS job_d, test.job(:a) AS job_a, test.job(:b) AS job_b,
	(:'more'::bigint[])[1] AS e, (:'more'::bigint[])[2] AS f,
	(:'more'::bigint[])[3] AS g, (:'more'::bigint[])[4] AS h,
	(:'more'::bigint[])[5] AS i \gset
SELECT is(:'second', 'CB-' || to_char(taipei_date(now()), 'YYYYMMDD')
	|| '-000002', 'a second batch has the next number');
SELECT results_eq(format('SELECT applied, rejected FROM test.results(%L, %L)',
	:'second', jsonb_build_array(test.result(:d, 'MADE'))),
	$$VALUES (0::bigint, 1::bigint)$$, 'a result before the batch is out');
SELECT test.seal(:'second', 0) \g /dev/null
SELECT matches(test.attempt(format('SELECT test.results(%L, %L)', :'second',
	jsonb_build_array(test.result(:d, 'MADE')))), '^RC050 .*not confirmed as '
	'handed out', 'one before we confirmed it is judged again later');
SELECT publish_batch(:'second', 0, NULL) \g /dev/null
SELECT results_eq(format('SELECT rows, applied, duplicate, rejected
		FROM test.results(%L, %L)', :'second', jsonb_build_array(
		test.result(:d, 'MADE'),
		test.result(:e, 'REJECTED', '{"error": "E17"}'),
		test.result(:f, 'SPOILED'),
		test.result(:g, 'ON_HOLD', '{"error": "STOCK"}'),
		test.result(:h, 'MADE', '{"attempt": 2}'),
		test.result(:a, 'MADE'),
		'{"job": 999999, "result": "MADE"}'::jsonb,
		test.result(:h, 'MADE', jsonb_build_object('card', test.card(1))),
		test.result(:i, 'MADE', jsonb_build_object('card',
			test.new_card(test.job(:d)))))),
	$$VALUES (9::bigint, 4::bigint, 0::bigint, 5::bigint)$$,
	'a file of results');
SELECT results_eq('SELECT line, code FROM import_reject WHERE import_id =
		(SELECT max(import_id) FROM import) ORDER BY line',
	$$VALUES (6::bigint, 'wrong_attempt'), (7, 'foreign_job'),
	(8, 'unknown_job'), (9, 'card_number_used'), (10, 'card_number_used')$$,
	'what does not fit is rejected with its reason');
SELECT is(test.status(:d), 'produced', 'made: produced');
SELECT results_eq(format('SELECT state::text, new_card_no, certificate_serial,
		not_after, made_at = now() FROM card_job WHERE job_no = %s', :job_d),
	format('VALUES (''made'', test.new_card(%s), ''0A'', current_date + 1826,
		true)', :job_d), 'with card number and certificate');
SELECT results_eq(format('SELECT c.status, c.rank, c.name, c.serial,
		c.holder_hash = holder_hash(test.holder(4)) FROM certificate c
		WHERE card_no = test.new_card(%s)', :job_d),
	$$VALUES ('inactive', 'primary', '王小明', '0A', true)$$,
	'the new card is in the register, not active yet');
SELECT is(test.status(:e), 'queued', 'rejected: queued again');
SELECT is(test.jobs(:e), '1 NEW rejected, 2 REJECTED queued', 'second attempt');
SELECT is(test.jobs(:f), '1 NEW spoiled, 2 SPOILED queued', 'spoiled likewise');
SELECT is((SELECT error_code FROM card_job WHERE order_no = :e
	AND attempt = 1), 'E17', 'the line''s reason is kept');
SELECT is(test.status(:g), 'producing', 'on hold at the line: it waits');
SELECT ok(on_hold_since IS NOT NULL AND state = 'batched',
	'and that is known') FROM card_job WHERE order_no = :g;
SELECT is(test.status(o), 'producing', 'a rejected row changes nothing')
FROM unnest(ARRAY[:h, :i, :a]) AS o;

SELECT results_eq(format('SELECT applied, duplicate, rejected
		FROM test.results(%L, %L)', :'second', jsonb_build_array(
		jsonb_build_object('job', :job_d, 'result', 'MADE'),
		jsonb_build_object('job', (SELECT job_no FROM card_job
			WHERE order_no = :e AND attempt = 1), 'result',
			'REJECTED'),
		test.result(:g, 'ON_HOLD'),
		jsonb_build_object('job', (SELECT job_no FROM card_job
			WHERE order_no = :f AND attempt = 1), 'result',
			'MADE'))),
	$$VALUES (0::bigint, 3::bigint, 1::bigint)$$,
	'results that are known, and one for a job that is over');
SELECT is((SELECT code FROM import_reject WHERE import_id =
	(SELECT max(import_id) FROM import)), 'finished_job', 'is rejected');
SELECT results_eq(format('SELECT applied, rejected FROM test.results(%L, %L)',
	:'second', jsonb_build_array(test.result(:g, 'MADE'),
		test.result(:h, 'MADE'), test.result(:h, 'REJECTED'))),
	$$VALUES (2::bigint, 1::bigint)$$,
	'made after the hold; two results for one job in a file');
SELECT is((SELECT code FROM import_reject WHERE import_id =
	(SELECT max(import_id) FROM import)), 'job_twice', 'the first one counts');
SELECT results_eq(format('SELECT state::text, on_hold_since FROM card_job
		WHERE order_no = %s', :g), 'VALUES (''made'', NULL::timestamptz)',
	'it is on hold no longer');
SELECT is(test.status(:g), 'produced', 'and produced');
SELECT results_eq(format('SELECT import_id IS NOT NULL, applied
		FROM test.results(%L, %L, repeat(''f'', 64))', :'second',
		jsonb_build_array(
		test.result(:i, 'REJECTED', jsonb_build_object('card',
			test.card(1))))),
	'VALUES (true, 1::bigint)',
	'a card number on a rejected card is no card made');
SELECT is(test.jobs(:i), '1 NEW rejected, 2 REJECTED queued', 'as before');
SELECT results_eq(format('SELECT import_id, rows FROM test.results(%L, %L,
		repeat(''f'', 64))', :'second', jsonb_build_array(
		jsonb_build_object('job', :job_d, 'result', 'SPOILED'))),
	'VALUES (NULL::bigint, NULL::bigint)', 'the same file again');
SELECT is(test.status(:d), 'produced', 'changes nothing');
SELECT results_eq(format('SELECT import_id IS NOT NULL, rows, rejected FROM
	book_results(''r'', test.digest(), 1, ''main'', %L, ''{}'', ''{}'', ''{}'', ''{}'',
		''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{3}'',
		''{bad_row}'', ''{"no result"}'', ''m'')', :'second'),
	$$VALUES (true, 1::bigint, 1::bigint)$$, 'a row that cannot be read is '
	'rejected too');

-- Spoiled in packing
SELECT is(applied, 1::bigint, 'a made card is spoiled in packing')
FROM test.results(:'second', jsonb_build_array(test.result(:d, 'SPOILED')));
SELECT is(test.status(:d), 'queued', 'its order is queued again');
SELECT is(test.jobs(:d), '1 NEW spoiled, 2 SPOILED queued', 'next attempt');
SELECT is((SELECT status FROM certificate WHERE card_no =
	test.new_card(:job_d)), 'revoked', 'the spoiled card is dead');
SELECT results_eq(format('SELECT new_card_no FROM card_job WHERE job_no = %s',
	:job_d), ARRAY[test.new_card(:job_d)], 'and remembered');
SELECT matches(test.attempt(format('UPDATE card_job SET new_card_no = NULL '
	'WHERE job_no = %s', :job_d)), '^RC020 a card job',
	'a card number never goes away');

-- Too many attempts
SELECT test.send_batch() AS third \gset
SELECT is(applied, 1::bigint, 'rejected a second time')
FROM test.results(:'third', jsonb_build_array(test.result(:e, 'REJECTED')));
SELECT is(held, false, 'goes on') FROM orders WHERE order_no = :e;
SELECT test.send_batch() AS fourth \gset
SELECT is(applied, 1::bigint, 'rejected a third time')
FROM test.results(:'fourth', jsonb_build_array(test.result(:e, 'REJECTED')));
SELECT results_eq(format('SELECT held, status::text FROM orders
		WHERE order_no = %s', :e), $$VALUES (true, 'queued')$$,
	'the order is held');
SELECT results_eq(format('SELECT kind, reason FROM exception
		WHERE order_no = %s', :e), $$VALUES ('card', 'attempt_limit')$$,
	'and stands on the worklist');
SELECT is(test.cut(), NULL::text, 'no fourth card is made by itself');
SELECT matches(test.attempt(format('SELECT release_order(%s, ''op'', ''x'')',
	:e)), '^RC020 .*two people', 'nor when one person says so');
SELECT matches(test.attempt(format('SELECT decision_request(''retry_card'',
	%L, ''op'', ''x'')', order_text(:d))), '^RC064 .*not stopped',
	'what is not stopped is not for decision');
SELECT decision_request('retry_card', order_text(:e), 'op', 'try again')
	AS request \gset
SELECT matches(test.attempt(format('SELECT decision_request(''retry_card'',
	%L, ''op2'', ''x'')', order_text(:e))), '^RC064 .*asked for already',
	'it is asked for once');
SELECT matches(test.attempt(format('SELECT decision_settle(%s, true, ''op'',
	NULL)', :request)), '^RC064 .*your own', 'and not approved by oneself');
SELECT matches(test.attempt(format('UPDATE decision SET outcome = ''approved'',
	decided_at = now(), decided_by = ''op'' WHERE decision_no = %s',
	:request)), '^23514 .*decision_by_two', 'by no other door either');
SELECT is(decision_settle(:request, false, 'op', 'changed my mind'),
	'retry_card ' || order_text(:e), 'one may take it back');
SELECT is(held, true, 'then it stays held') FROM orders WHERE order_no = :e;
SELECT decision_request('retry_card', order_text(:e), 'op', 'try again')
	AS request \gset
SELECT is(decision_settle(:request, true, 'op2', 'yes'), 'retry_card '
	|| order_text(:e), 'somebody else approves');
SELECT matches(test.attempt(format('SELECT decision_settle(%s, true, ''op3'',
	NULL)', :request)), '^RC064 .*no open request', 'once');
SELECT matches(test.attempt(format('UPDATE decision SET reason = ''x''
	WHERE decision_no = %s', :request)), '^RC020 .*final', 'for good');
SELECT results_eq(format('SELECT closed_by, resolution FROM exception
		WHERE order_no = %s AND reason = ''attempt_limit''', :e),
	$$VALUES ('op2', 'released')$$, 'and the worklist has it no more');
SELECT is(test.make(test.send_batch()), 1::bigint, 'another is made when two say so');
SELECT is(test.status(:e), 'produced', 'which may work');

-- A refused batch, and one whose cards are all cancelled
SELECT test.apply(21) AS k \gset
SELECT test.pay(:k), test.freeze() \g /dev/null
SELECT test.send_batch() AS fifth \gset
SELECT is(test.ack(:'fifth', 'REJECTED', 'BAD_HASH'), 'applied', 'refused');
SELECT is((SELECT state || ' ' || ack_reason FROM card_batch
	WHERE batch_no = :'fifth'), 'refused BAD_HASH', 'with the reason');
SELECT results_eq('SELECT subject, reason FROM exception WHERE kind = ''batch''
		AND reason !~ ''^ack_''',
	format('VALUES (%L, ''BAD_HASH'')', :'fifth'), 'on the worklist');
SELECT is(test.ack(:'fifth', 'REJECTED', 'BAD_HASH'), 'duplicate', 'again');
SELECT is(test.ack(:'fifth'), 'already_refused', 'accepted after all?');
SELECT test.apply(22) AS l \gset
SELECT test.pay(:l), test.freeze() \g /dev/null
SELECT test.cut() AS sixth \gset
SELECT cancel_order(:l, 'op', 'asked for') \g /dev/null
SELECT is(empty_batch(:'sixth', 0), false, 'the former claim drops nothing');
SELECT is(empty_batch(:'sixth', test.epoch(:'sixth')), true,
	'an empty batch is dropped');
SELECT test.apply(23) AS m \gset
SELECT test.pay(:m), test.freeze() \g /dev/null
SELECT ok(test.cut() > :'sixth', 'and its number is not used again');

-- Products are never mixed
SELECT test.apply(24, now(), '{"product": "foreign_resident"}') AS n \gset
SELECT test.settle(jsonb_build_array(test.line(:n, '{"amount": 278}')),
	'credit') \g /dev/null
SELECT test.apply(25) AS o \gset
SELECT test.pay(:o), test.freeze() \g /dev/null
SELECT isnt(test.cut(), test.cut(), 'two products, two batches');
SELECT is_empty('SELECT batch_no FROM card_batch b JOIN card_batch_line
	USING (batch_no) JOIN card_job USING (job_no) JOIN orders o
	USING (order_no) WHERE o.product <> b.product', 'of one product each');
SELECT is((SELECT count(*) FROM card_batch WHERE product =
	'foreign_resident'), 1::bigint, 'one for the other product');

-- Holding and releasing are recorded acts.
SELECT matches(test.attempt(format('SELECT release_order(%s, ''op'', ''x'')',
	:o)), '^RC020 .*not held', 'what is not held is not released');
SELECT hold_order(:o, 'op', 'why') \g /dev/null
SELECT matches(test.attempt(format('SELECT hold_order(%s, ''op'', ''x'')', :o)),
	'^RC020 .*held already', 'nor held twice');
SELECT matches(test.attempt(format('SELECT hold_order(%s, ''op'', ''x'')', :l)),
	'^RC020 .*not open', 'nor held after its end');
SELECT matches(test.attempt(format('SELECT hold_order(%s, ''op'', '''')', :n)),
	'^23514 ', 'nor without a reason');
SELECT results_eq(format('SELECT act, actor, reason FROM operator_act
		WHERE subject = %L ORDER BY act_id', order_text(:d)),
	$$VALUES ('hold', 'op', 'look at it'), ('release', 'op', 'fine')$$,
	'each act is on record');

SELECT is_empty('SELECT * FROM verify()', 'all invariants hold');
SELECT * FROM finish();
ROLLBACK;
