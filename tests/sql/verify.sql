-- Shows that verify() finds nothing on a healthy belt with orders in every
-- status, and that each of its checks can fail: the belt is broken once for
-- each, with triggers and constraints out of the way, and the breach must be
-- reported.
BEGIN;
\ir steps.psql
SELECT no_plan();

SELECT is_empty('SELECT * FROM verify()', 'an empty belt');

SELECT test.mailed(1) AS activated, test.mailed(2) AS delivered,
	test.mailed(3) AS returned, test.mailed(4) AS closed,
	test.mailed(5) AS mailed, test.mailed(6) AS mailed_too \gset
SELECT test.activate(:activated), test.mail(:delivered, 'I4'),
	test.mail(:returned, 'I7'), test.mail(:closed, 'I7'),
	close_order(:closed, 'op', 'moved abroad') \g /dev/null
SELECT test.apply(7) AS produced \gset
SELECT test.pay(:produced), test.freeze() \g /dev/null
SELECT test.make(test.send_batch()), test.print(),
	cut_posting_list(10, 1, '0', '{}', false, 'l') AS list \gset
SELECT seal_posting_list(:'list', 0, repeat('e', 64), repeat('f', 64),
	1, 'l') \g /dev/null
SELECT test.apply(8) AS producing \gset
SELECT test.pay(:producing), test.freeze() \g /dev/null
SELECT test.send_batch() AS batch \gset
SELECT test.apply(9) AS queued, test.apply(10) AS cancelled \gset
SELECT test.pay(:queued), test.pay(:cancelled), test.freeze() \g /dev/null
SELECT cancel_order(:cancelled, 'op', 'asked for') \g /dev/null
SELECT test.apply(11) AS paid, test.apply(12) AS unpaid,
	test.apply(13, now() - interval '9 days') AS purged \gset
SELECT test.pay(:paid) \g /dev/null
SELECT hold_order(:unpaid, 'op', 'look at it') \g /dev/null
SELECT test.settle(jsonb_build_array(test.line(:unpaid, '{"amount": 5,
	"reference": "short"}'), test.line(:unpaid, '{"amount": 6,
	"reference": "short"}')), 'credit') \g /dev/null
UPDATE payment_feed SET covered_until = now();
SELECT purge_due(test.key(), 10, 'purge') \g /dev/null
SELECT test.notify(test.line(:unpaid, '{"reference": "noticed", "kind": "issued"}'),
	test.line(:purged, '{"reference": "late"}')),
	(SELECT booked FROM book_notices(10, 'payment')) \g /dev/null
SELECT set_config('test.' || name, order_no::text, true)
FROM (VALUES ('activated', :activated), ('delivered', :delivered),
	('mailed', :mailed), ('mailed_too', :mailed_too),
	('produced', :produced), ('producing', :producing), ('queued', :queued),
	('cancelled', :cancelled), ('paid', :paid), ('unpaid', :unpaid),
	('purged', :purged)) AS o (name, order_no) \g /dev/null

SELECT bag_eq('SELECT DISTINCT status::text FROM orders',
	'SELECT status::text FROM order_state', 'orders stand in every status');
SELECT is_empty('SELECT * FROM verify()', 'a healthy belt');
SELECT results_eq('SELECT status, orders, held, oldest_since FROM belt()',
	$$SELECT s.status::text, count(o.order_no),
	count(o.order_no) FILTER (WHERE o.held),
	CASE WHEN NOT s.ends THEN min(o.moved_at) END
	FROM order_state s LEFT JOIN orders o USING (status)
	GROUP BY s.status, s.ends ORDER BY s.status$$,
	'the belt is what counting every order says');
SELECT is((SELECT sum(held) FROM belt()), 1::numeric, 'held ones too');
SELECT is_empty('SELECT * FROM tally_breaches(true)', 'so says the tally');

-- Breaks the belt, asks verify(), and mends it.
-- Returns: whether it reported this breach of this subject.
CREATE FUNCTION test.found(commands text, invariant text, pattern text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	said text;
BEGIN
	BEGIN
		SET LOCAL session_replication_role = replica;
		EXECUTE commands;
		SELECT string_agg(DISTINCT v.invariant || ' ' || v.breach, '; ')
			INTO said FROM verify() AS v
			WHERE v.invariant = found.invariant
				AND v.breach ~ ('^' || pattern || '$');
		RAISE EXCEPTION USING ERRCODE = 'BREAK';
	EXCEPTION WHEN SQLSTATE 'BREAK' THEN
		RETURN coalesce(said, 'nothing');
	END;
END
$$;

-- :name: stands for that order's number.
CREATE TEMPORARY TABLE control (invariant text, pattern text, commands text);
INSERT INTO control VALUES
	('I1', '\w+ order has \d live card jobs',
		'UPDATE card_job SET state = ''void'' WHERE order_no = :producing:'),
	('I1', '\w+ order has \d live card jobs',
		'DROP INDEX one_live_card_job;
		INSERT INTO card_job (order_no, attempt, reason, address_digest,
			queued_at) SELECT order_no, 2, reason, address_digest,
			queued_at FROM card_job WHERE order_no = :producing:'),
	('I1', '\w+ order has \d valid labels',
		'UPDATE label SET state = ''void'', voided_at = now(),
		voided_by = ''x'', void_reason = ''x'' WHERE order_no = :queued:'),
	('I1', '\w+ order has \d valid labels',
		'DROP INDEX one_valid_label;
		INSERT INTO label (order_no, copy_no, address_digest, created_at)
			SELECT order_no, 2, address_digest, created_at
			FROM label WHERE order_no = :mailed:'),
	('I1', '\w+ order has no made card', 'UPDATE card_job
		SET state = ''batched'' WHERE order_no = :delivered:'),
	('I2', '\w+ order has no settled payment',
		'DELETE FROM settled_payment WHERE order_no = :paid:'),
	('I2', 'card job without a settled payment',
		'DELETE FROM settled_payment WHERE order_no = :cancelled:'),
	('I2', 'label without a settled payment',
		'DELETE FROM settled_payment WHERE order_no = :cancelled:'),
	('I2', 'settled by a payment of another order or amount',
		'UPDATE payment SET amount = 1 WHERE payment_id =
		(SELECT payment_id FROM settled_payment WHERE order_no = :paid:)'),
	('I2', 'settled by a payment of another order or amount',
		'UPDATE payment SET order_ref = ''x'' WHERE payment_id =
		(SELECT payment_id FROM settled_payment WHERE order_no = :paid:)'),
	('I3', 'card and label carry different digests',
		'UPDATE label SET address_digest = sha256(''x'')
		WHERE order_no = :produced:'),
	('I3', 'digest was never frozen',
		'UPDATE card_job SET address_digest = sha256(''x'')
		WHERE order_no = :produced:'),
	('I3', 'an address was frozen again that two people had not agreed on',
		'UPDATE address_freeze SET version = 2
		WHERE order_no = :mailed:'),
	('I4', 'queued without a frozen address',
		'DELETE FROM address_freeze WHERE order_no = :queued:'),
	('I4', '\w+ order has a frozen address',
		'INSERT INTO address_freeze (order_no, digest, frozen_at)
		VALUES (:paid:, sha256(''x''), now())'),
	('I5', 'purged order was paid', 'INSERT INTO settled_payment
		SELECT :purged:, payment_id, now() FROM payment
		WHERE reference = ''short'' AND variant = 0'),
	('I5', 'purged without proof, or before its deadline',
		'DELETE FROM purge_record WHERE order_no = :purged:'),
	('I5', 'purged without proof, or before its deadline',
		'ALTER TABLE purge_record DROP CONSTRAINT purge_record_check;
		UPDATE purge_record SET purged_at = pay_by'),
	('I5', 'proof of a purge that did not happen',
		'UPDATE orders SET status = ''cancelled'' WHERE order_no = :purged:'),
	('I5', 'proof of a purge that did not happen',
		'UPDATE purge_record SET order_no = 1'),
	('I5', 'proof of a purge that did not happen',
		'UPDATE purge_record SET product = ''other'''),
	('I6', 'payment neither settles nor is an exception',
		'DELETE FROM payment_exception WHERE order_no = :unpaid:'),
	('I6', 'booked notice is not in the ledger',
		'DELETE FROM payment WHERE reference = ''noticed'''),
	('I7', 'TWD \d+ received, \d+ accounted for',
		'DELETE FROM payment_exception WHERE order_no = :cancelled:'),
	('I8', 'purged order has personal data in payment_notice',
		'UPDATE payment_notice SET peer = ''192.0.2.1''
		WHERE order_no = :purged:'),
	('I8', 'purged order has personal data in payment_notice',
		'UPDATE payment_notice SET body = ''x'', state = ''refused'',
		booked_at = NULL WHERE order_no = :purged:'),
	('I8', 'purged order has personal data in applicant',
		'INSERT INTO applicant (order_no, open, card_no, holder_hash,
			name, postal_code, address, phone, email)
		SELECT :purged:, false, card_no, holder_hash, name, postal_code,
			address, phone, email FROM applicant LIMIT 1'),
	('I8', 'purged order has personal data in activation',
		'INSERT INTO activation VALUES (:purged:, ''$scrypt$x'')'),
	('I8', 'purged order has personal data in notice',
		'INSERT INTO notice (order_no, kind, move_no, due_at)
		VALUES (:purged:, ''paid'', 1, now())'),
	('I8', '\w+ order has no applicant',
		'DELETE FROM applicant WHERE order_no = :mailed:'),
	('I9', 'number is used 2 times on [0-9-]+',
		'DROP INDEX mail_item_letter;
		UPDATE mail_item SET tracking_no = ''123456''
			WHERE order_no IN (:mailed:, :mailed_too:)'),
	('I9', 'order in the post has no letter',
		'DELETE FROM mail_item WHERE order_no = :mailed:'),
	('I10', 'status is not where the history ends',
		'UPDATE orders SET status = ''paid'' WHERE order_no = :unpaid:'),
	('I10', 'status is not where the history ends',
		'DELETE FROM order_history WHERE order_no = :unpaid:'),
	('I10', '\d+ orders by their moves, \d+ by counting',
		'UPDATE orders SET status = ''paid'' WHERE order_no = :unpaid:'),
	('I10', '\d+ orders by their moves, \d+ by counting',
		'UPDATE orders SET status = ''closed''
			WHERE order_no = :cancelled:'),
	('I10', '\d+ orders by their moves, \d+ by counting',
		'DELETE FROM move_tally WHERE to_status = ''mailed'''),
	('I10', '\d+ moves, \d+ rows of history',
		'DELETE FROM order_history WHERE order_no = :mailed:
			AND move_no = 2'),
	('I10', '(activated order, and its code is not|mailed order, and its code is) used',
		'UPDATE activation SET activated_at = NULL
			WHERE order_no = :activated:'),
	('I10', '(activated order, and its code is not|mailed order, and its code is) used',
		'UPDATE activation SET activated_at = now()
			WHERE order_no = :mailed:'),
	('I10', 'code was used without a right try',
		'UPDATE activation_attempt SET right_code = false
			WHERE order_no = :activated:'),
	('I10', 'code was used without a right try',
		'UPDATE activation SET void_until = last_try
			WHERE order_no = :activated:'),
	('I10', 'code was reset by no file',
		'UPDATE activation SET reset_at = now()
			WHERE order_no = :mailed:'),
	('I10', 'history jumps at move \d',
		'DELETE FROM order_history WHERE order_no = :mailed:
			AND move_no = 2'),
	('I10', 'history jumps at move \d',
		'UPDATE order_history SET event = ''expired''
		WHERE order_no = :mailed: AND move_no = 2'),
	('I11', '\d cards in its header, \d lines',
		'UPDATE card_batch SET cards = 9 WHERE batch_no =
		(SELECT max(batch_no) FROM card_batch WHERE state <> ''cut'')'),
	('I11', '\d cards in its header, \d lines',
		'DELETE FROM card_batch_line l USING card_job j
		WHERE l.job_no = j.job_no AND order_no = :producing:'),
	('I11', '\d cards in its header, \d lines',
		'UPDATE card_batch_line l SET line = 2 FROM card_job j
		WHERE l.job_no = j.job_no AND order_no = :producing:'),
	('I11', 'hash total differs from its lines',
		'UPDATE card_batch SET hash_total = ''1'''),
	('I11', 'sealed bytes are missing or have another digest',
		'UPDATE card_batch_file SET bytes = ''other'''),
	('I11', 'sealed bytes are missing or have another digest',
		'DELETE FROM card_batch_file'),
	('I11', 'number \d is used by no batch',
		'UPDATE card_line SET last_number = last_number + 1'),
	('I11', 'number is beyond its line''s last one',
		'UPDATE card_line SET last_number = 0'),
	('I11', 'chain of batches is broken here',
		'UPDATE card_batch SET content_digest = repeat(''9'', 64)
		WHERE sealed_at IS NOT NULL'),
	('I11', 'chain does not end where its line says',
		'UPDATE card_line SET chain_batch = NULL, chain_digest = NULL'),
	('I11', 'empty batch has cards',
		'ALTER TABLE card_batch DROP CONSTRAINT card_batch_sealed;
		UPDATE card_batch SET state = ''empty''
		WHERE batch_no = (SELECT max(batch_no) FROM card_batch
			WHERE state <> ''cut'')'),
	('I1', 'card is \w+, its line reported \w+',
		'DELETE FROM card_result'),
	('I1', 'card is \w+, its line reported \w+',
		'UPDATE card_job SET state = ''batched''
		WHERE order_no = :mailed:'),
	('I1', 'made card is not in the register',
		'DELETE FROM certificate WHERE card_no IN
			(SELECT new_card_no FROM card_job)'),
	('I11', '\d labels on the run, \d in the table',
		'UPDATE label_run SET labels = 9'),
	('I11', '\d letters on the list, \d in the table',
		'DELETE FROM posting_line'),
	('I12', '\d rows rejected, \d reasons',
		'INSERT INTO import (kind, name, digest, size, taken_at, actor,
			outcome, rows, rejected) VALUES (''tracking'', ''x'',
			repeat(''a'', 64), 1, now(), ''x'', ''done'', 3, 3)'),
	('I12', 'its archive was not booked as one',
		'WITH a AS (INSERT INTO import (kind, name, digest, size,
				taken_at, actor, outcome, rows, applied)
			VALUES (''tracking'', ''x.zip'', repeat(''a'', 64), 1,
				now(), ''x'', ''done'', 1, 1)
			RETURNING import_id)
		INSERT INTO import (kind, name, digest, size, taken_at, actor,
				outcome, archive_id)
			SELECT ''tracking'', ''x.zip/x'', repeat(''b'', 64), 1,
				now(), ''x'', ''done'', import_id FROM a'),
	('I3', 'card and label of two orders were packed together',
		'INSERT INTO packing (at, actor, order_no, outcome, label_no,
			job_no) SELECT now(), ''x'', :mailed:, ''packed'',
			l.label_no, j.job_no FROM label l, card_job j
			WHERE l.order_no = :mailed:
				AND j.order_no = :mailed_too:'),
	('I13', 'nobody looks after the print job, and it is on no worklist',
		'INSERT INTO print_job (run_no, printer, state, created_at)
			SELECT run_no, ''x'', ''unknown'', now()
			FROM label_run LIMIT 1'),
	('I13', 'a run was handed out, and its label is neither printed nor at '
		'a printer',
		'UPDATE label SET state = ''pending'', printed_at = NULL
			WHERE order_no = :mailed:'),
	('I13', 'label cannot be printed and is on no worklist',
		'UPDATE label SET blocked = ''x'' WHERE order_no = :queued:'),
	('I13', 'no line prints the card, and it is on no worklist',
		'UPDATE card_job SET unprintable_on = ''{main}''
		WHERE order_no = :queued:'),
	('I13', 'line is stopped and on no worklist',
		'UPDATE card_line SET stopped_at = now(), stop_reason = ''x'''),
	('I13', 'held without an open hold, or the reverse',
		'UPDATE orders SET held = true WHERE order_no = :paid:'),
	('I13', 'held without an open hold, or the reverse',
		'UPDATE hold SET released_at = now(), released_by = ''x'''),
	('I15', '1 moves of orders were sealed, 0 are there',
		'INSERT INTO history_seal (day, moves, moves_digest, acts,
			acts_digest, looks, looks_digest, previous, digest,
			sealed_at, sealed_by)
			VALUES (taipei_date(now()) - 1, 1, repeat(''0'', 64), 0,
				repeat(''0'', 64), 0, repeat(''0'', 64),
				repeat(''0'', 64), repeat(''1'', 64), now(), ''x'')');
UPDATE control SET commands = regexp_replace(commands, ':(\w+):',
	'current_setting(''test.\1'')::bigint', 'g');
SELECT matches(test.found(commands, invariant, pattern),
	'^' || invariant || ' ' || pattern, format('control: %s %s', invariant,
		pattern))
FROM control;
SELECT is_empty('SELECT * FROM verify()', 'and it is mended');
-- One control at least for each check that the function holds.
SELECT is((SELECT count(*) FROM regexp_matches((SELECT prosrc FROM pg_proc
		WHERE oid = 'verify()'::regprocedure), 'SELECT ''I\d+''', 'g')),
	(SELECT count(DISTINCT (invariant, regexp_replace(pattern,
		'data in \w+', 'data'))) FROM control),
	'no check is without its control');

SELECT * FROM finish();
ROLLBACK;
