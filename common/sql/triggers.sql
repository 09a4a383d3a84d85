-- What the tables refuse to everybody, whoever connects. Each trigger is
-- cheap where it is hot: its WHEN holds only for an illegal change, or it
-- runs once a statement. Reloaded at each migration.

-- One function says no; the trigger's arguments say why and what to do.
CREATE OR REPLACE FUNCTION forbid() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION USING ERRCODE = 'RC020', MESSAGE = TG_ARGV[0],
		HINT = TG_ARGV[1];
END
$$;

CREATE OR REPLACE TRIGGER born_unpaid BEFORE INSERT ON orders
	FOR EACH ROW WHEN (NEW.status <> 'unpaid' OR NEW.moves <> 0 OR NEW.held)
	EXECUTE FUNCTION forbid('an order starts unpaid',
		'recard.submit() makes orders');
CREATE OR REPLACE TRIGGER moved_by_advance BEFORE UPDATE ON orders
	FOR EACH ROW WHEN ((OLD.status, OLD.moves)
			IS DISTINCT FROM (NEW.status, NEW.moves)
		AND current_user <> 'recard_mover')
	EXECUTE FUNCTION forbid('an order''s status is moved by recard.advance() '
		'only, along the moves in recard.order_move',
		'use the function of your step');
CREATE OR REPLACE TRIGGER terms_fixed BEFORE UPDATE ON orders
	FOR EACH ROW WHEN ((OLD.order_no, OLD.product, OLD.amount,
			OLD.applied_at, OLD.pay_by)
		IS DISTINCT FROM (NEW.order_no, NEW.product, NEW.amount,
			NEW.applied_at, NEW.pay_by))
	EXECUTE FUNCTION forbid('number, product, price and deadline of an order '
		'are fixed when it is made', 'cancel it and apply again');
CREATE OR REPLACE TRIGGER kept BEFORE DELETE OR TRUNCATE ON orders
	FOR EACH STATEMENT EXECUTE FUNCTION forbid('orders are never deleted',
		'their personal data is, by recard-purge');

-- The freeze: what the applicant filled in may change while the order is
-- unpaid. The lock makes an edit and a payment wait for each other.
CREATE OR REPLACE FUNCTION applicant_frozen() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	state order_status;
BEGIN
	SELECT status INTO state FROM orders
		WHERE order_no = OLD.order_no FOR SHARE;
	IF state <> 'unpaid' THEN
		RAISE EXCEPTION USING ERRCODE = 'RC021', MESSAGE = format(
			'order %s is %s: its name, address and other application '
			'data are frozen; they change only while it is unpaid',
			order_text(OLD.order_no), state),
			HINT = 'payment freezes what the applicant filled in';
	END IF;
	RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER frozen BEFORE UPDATE OF order_no, card_no,
		holder_hash, name, postal_code, address, phone, email
	ON applicant FOR EACH ROW WHEN ((OLD.order_no, OLD.card_no,
			OLD.holder_hash, OLD.name, OLD.postal_code, OLD.address,
			OLD.phone, OLD.email)
		IS DISTINCT FROM (NEW.order_no, NEW.card_no, NEW.holder_hash,
			NEW.name, NEW.postal_code, NEW.address, NEW.phone,
			NEW.email))
	EXECUTE FUNCTION applicant_frozen();
CREATE OR REPLACE TRIGGER open_by_advance BEFORE UPDATE ON applicant
	FOR EACH ROW WHEN (OLD.open <> NEW.open
		AND current_user <> 'recard_mover')
	EXECUTE FUNCTION forbid('whether an order is open follows its status',
		'use the function of your step');

-- Personal data goes only with an order that has been purged.
CREATE OR REPLACE FUNCTION applicant_purged() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	kept record;
BEGIN
	SELECT o.order_no, o.status INTO kept
		FROM gone JOIN orders o USING (order_no)
		WHERE o.status <> 'purged' LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC020', MESSAGE = format(
			'order %s is %s: the data of its applicant is needed',
			order_text(kept.order_no), kept.status),
			HINT = 'recard-purge deletes what may be deleted';
	END IF;
	RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER purged_only AFTER DELETE ON applicant
	REFERENCING OLD TABLE AS gone
	FOR EACH STATEMENT EXECUTE FUNCTION applicant_purged();
CREATE OR REPLACE TRIGGER kept BEFORE TRUNCATE ON applicant
	FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'the data of applicants is needed',
		'recard-purge deletes what may be deleted');

-- Ledgers: written once, never changed, never deleted.
CREATE OR REPLACE TRIGGER ledger BEFORE UPDATE OR DELETE OR TRUNCATE ON payment
	FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'the payment ledger is append-only',
		'what is done about a payment stands in payment_exception');
CREATE OR REPLACE TRIGGER ledger BEFORE UPDATE OR DELETE OR TRUNCATE
	ON settled_payment FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'which payment settled an order is final',
		'what is done about a payment stands in payment_exception');
CREATE OR REPLACE TRIGGER ledger BEFORE UPDATE OR DELETE OR TRUNCATE
	ON payment_confirmation FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'who told of a payment is append-only', 'nothing to do');
CREATE OR REPLACE TRIGGER kept BEFORE DELETE ON payment_notice
	FOR EACH ROW WHEN (OLD.state <> 'refused')
	EXECUTE FUNCTION forbid('notices of payments are kept',
		'their raw bytes go with the order, by recard-purge');
CREATE OR REPLACE TRIGGER kept_all BEFORE TRUNCATE ON payment_notice
	FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'notices of payments are kept', 'nothing to do');
CREATE OR REPLACE TRIGGER told BEFORE UPDATE ON payment_notice
	FOR EACH ROW WHEN ((OLD.notice_no, OLD.channel, OLD.digest,
			OLD.received_at, OLD.verdict, OLD.reference, OLD.kind,
			OLD.order_ref, OLD.order_no, OLD.amount, OLD.currency,
			OLD.paid_at, OLD.fault)
		IS DISTINCT FROM (NEW.notice_no, NEW.channel, NEW.digest,
			NEW.received_at, NEW.verdict, NEW.reference, NEW.kind,
			NEW.order_ref, NEW.order_no, NEW.amount, NEW.currency,
			NEW.paid_at, NEW.fault)
		OR OLD.state = 'booked' AND NEW.state <> 'booked'
		OR OLD.state = 'refused' AND NEW.state <> 'refused'
		OR NEW.body IS NOT NULL AND NEW.body IS DISTINCT FROM OLD.body)
	EXECUTE FUNCTION forbid('what a notice told is fixed',
		'book what is right by recardctl payment resolve');
CREATE OR REPLACE TRIGGER ledger BEFORE UPDATE OR DELETE OR TRUNCATE
	ON order_history FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'the history of orders is append-only', 'nothing to do');
CREATE OR REPLACE TRIGGER ledger BEFORE UPDATE OR DELETE OR TRUNCATE
	ON purge_record FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'proof of deletion is append-only', 'nothing to do');
CREATE OR REPLACE TRIGGER ledger BEFORE UPDATE OR DELETE OR TRUNCATE
	ON access_record FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'the record of look-ups is append-only', 'nothing to do');
CREATE OR REPLACE TRIGGER ledger BEFORE UPDATE OR DELETE OR TRUNCATE
	ON operator_act FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'the record of operators'' acts is append-only', 'nothing to do');
CREATE OR REPLACE TRIGGER ledger BEFORE UPDATE OR DELETE OR TRUNCATE
	ON address_freeze FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'a frozen address never changes', 'nothing to do');
CREATE OR REPLACE TRIGGER decided BEFORE UPDATE ON address_correction
	FOR EACH ROW WHEN (OLD.outcome IS NOT NULL
		OR (OLD.order_no, OLD.version, OLD.decision_no, OLD.postal_code,
			OLD.address) IS DISTINCT FROM (NEW.order_no, NEW.version,
			NEW.decision_no, NEW.postal_code, NEW.address))
	EXECUTE FUNCTION forbid('an address that somebody asked for is not '
		'changed', 'decline the request and ask again');
-- What was declined is nobody's address any more.
CREATE OR REPLACE FUNCTION correction_declined() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	IF EXISTS (SELECT FROM gone JOIN decision d USING (decision_no)
		WHERE d.outcome IS DISTINCT FROM 'declined')
	THEN
		RAISE EXCEPTION USING ERRCODE = 'RC020', MESSAGE =
			'an address that two people agreed on is kept',
			HINT = 'decline the request while it is open';
	END IF;
	RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER declined AFTER DELETE ON address_correction
	REFERENCING OLD TABLE AS gone
	FOR EACH STATEMENT EXECUTE FUNCTION correction_declined();
CREATE OR REPLACE TRIGGER kept BEFORE TRUNCATE ON address_correction
	FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'an address that two people agreed on is kept',
		'decline the request while it is open');
CREATE OR REPLACE TRIGGER kept BEFORE DELETE OR TRUNCATE ON payment_exception
	FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'payment exceptions are resolved, never deleted',
		'resolve it');
CREATE OR REPLACE TRIGGER kept BEFORE DELETE OR TRUNCATE ON card_job
	FOR EACH STATEMENT EXECUTE FUNCTION forbid('card jobs are never deleted',
		'a job that is not wanted becomes void');
CREATE OR REPLACE TRIGGER kept BEFORE DELETE OR TRUNCATE ON label
	FOR EACH STATEMENT EXECUTE FUNCTION forbid('labels are never deleted',
		'a label that is not wanted becomes void');

-- What a row stands on: a settled payment, what was frozen, a label, an order.
-- Rows that it names are never changed or deleted (ledger, kept and life, above
-- and below) and its own name the same for ever, so that looking when rows are
-- added is what a foreign key would do. EXECUTE plans each time, for the tables
-- as they are and as many rows as were added: a plan made while they were empty
-- would read them whole.
CREATE OR REPLACE FUNCTION foundation_laid() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	culprit bigint;
	missing text;
BEGIN
	FOREACH missing IN ARRAY CASE TG_TABLE_NAME
		WHEN 'address_freeze' THEN ARRAY['NOT EXISTS (SELECT
				FROM settled_payment s
				WHERE s.order_no = a.order_no)',
			'version > 1 AND NOT EXISTS (SELECT
				FROM address_correction c
				JOIN decision d USING (decision_no)
				WHERE (c.order_no, c.version)
					= (a.order_no, a.version)
					AND d.outcome = ''approved'')']
		WHEN 'mail_item' THEN ARRAY['NOT EXISTS (SELECT FROM label l
				WHERE (l.label_no, l.order_no)
					= (a.label_no, a.order_no))',
			'NOT EXISTS (SELECT FROM import i
				WHERE i.import_id = a.import_id)']
		WHEN 'notice' THEN ARRAY['NOT EXISTS (SELECT FROM orders o
				WHERE o.order_no = a.order_no)']
		ELSE ARRAY['NOT EXISTS (SELECT FROM address_freeze f
				WHERE (f.order_no, f.digest)
					= (a.order_no, a.address_digest))'] END
	LOOP
		EXECUTE 'SELECT min(a.order_no) FROM added a WHERE ' || missing
			INTO culprit;
		EXIT WHEN culprit IS NOT NULL;
	END LOOP;
	IF culprit IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation',
			MESSAGE = format('order %s: %s', order_text(culprit),
				TG_ARGV[0]),
			HINT = TG_ARGV[1];
	END IF;
	RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER settled AFTER INSERT ON address_freeze
	REFERENCING NEW TABLE AS added FOR EACH STATEMENT
	EXECUTE FUNCTION foundation_laid('no payment has settled it, or nobody '
		'agreed on another address',
		'recard.freeze_and_queue() freezes what was paid');
CREATE OR REPLACE TRIGGER frozen AFTER INSERT ON card_job
	REFERENCING NEW TABLE AS added FOR EACH STATEMENT
	EXECUTE FUNCTION foundation_laid('the digest of its card was not frozen',
		'recard.freeze_and_queue() freezes what was paid');
CREATE OR REPLACE TRIGGER frozen AFTER INSERT ON label
	REFERENCING NEW TABLE AS added FOR EACH STATEMENT
	EXECUTE FUNCTION foundation_laid('the digest of its label was not frozen',
		'recard.freeze_and_queue() freezes what was paid');
CREATE OR REPLACE TRIGGER labelled AFTER INSERT ON mail_item
	REFERENCING NEW TABLE AS added FOR EACH STATEMENT
	EXECUTE FUNCTION foundation_laid('its letter has no such label, or no '
		'file told of it', 'recard.book_tracking() books letters');
-- What the mover writes is of the orders that it moves.
CREATE OR REPLACE TRIGGER of_order AFTER INSERT ON notice
	REFERENCING NEW TABLE AS added FOR EACH STATEMENT
	WHEN (current_user <> 'recard_mover')
	EXECUTE FUNCTION foundation_laid('there is no such order',
		'recard.submit() makes orders');

-- The small lives of card jobs and labels.
-- Back from batched to queued: its order was held before the batch was sealed.
-- A line of a sealed batch stays, and one job has one line.
CREATE OR REPLACE TRIGGER life BEFORE UPDATE ON card_job
	FOR EACH ROW WHEN ((OLD.job_no, OLD.order_no, OLD.attempt, OLD.reason,
			OLD.address_digest)
		IS DISTINCT FROM (NEW.job_no, NEW.order_no, NEW.attempt,
			NEW.reason, NEW.address_digest)
		OR (OLD.new_card_no IS NOT NULL
			AND NEW.new_card_no IS DISTINCT FROM OLD.new_card_no)
		OR NOT (NEW.state = OLD.state
		OR OLD.state = 'queued' AND NEW.state IN ('batched', 'void')
		OR OLD.state = 'batched' AND NEW.state IN
			('queued', 'made', 'rejected', 'spoiled', 'void')
		OR OLD.state = 'made' AND NEW.state = 'spoiled'))
	EXECUTE FUNCTION forbid('a card job goes queued, batched, then made, '
		'rejected or spoiled; its order and attempt stay',
		'queue the next attempt');
CREATE OR REPLACE TRIGGER life BEFORE UPDATE ON label
	FOR EACH ROW WHEN ((OLD.label_no, OLD.order_no, OLD.copy_no,
			OLD.address_digest)
		IS DISTINCT FROM (NEW.label_no, NEW.order_no, NEW.copy_no,
			NEW.address_digest)
		OR OLD.mail_no IS DISTINCT FROM NEW.mail_no
			AND OLD.mail_no IS NOT NULL
		OR NOT (NEW.state = OLD.state
		OR OLD.state = 'pending' AND NEW.state IN ('printed', 'void')
		OR OLD.state = 'printed' AND NEW.state = 'void'))
	EXECUTE FUNCTION forbid('a label goes pending, printed, void; its order '
		'and copy number stay', 'reprint it');

-- What was handed out stays as it was.
CREATE OR REPLACE TRIGGER sealed BEFORE UPDATE ON card_batch
	FOR EACH ROW WHEN ((OLD.batch_no, OLD.sequence, OLD.line, OLD.product)
		IS DISTINCT FROM (NEW.batch_no, NEW.sequence, NEW.line,
			NEW.product)
		OR OLD.state IN ('empty', 'abandoned')
		OR OLD.sealed_at IS NOT NULL AND ((OLD.cards, OLD.hash_total,
			OLD.valid_from, OLD.valid_to, OLD.content_digest,
			OLD.file_digest, OLD.sealed_at, OLD.previous_no,
			OLD.chain_digest, OLD.signer)
		IS DISTINCT FROM (NEW.cards, NEW.hash_total, NEW.valid_from,
			NEW.valid_to, NEW.content_digest, NEW.file_digest,
			NEW.sealed_at, NEW.previous_no, NEW.chain_digest,
			NEW.signer)
		OR NEW.state IN ('cut', 'empty')
		OR OLD.state <> 'sealed' AND NEW.state = 'sealed'
		OR OLD.state = 'accepted' AND NEW.state <> 'accepted'
		OR NEW.state = 'abandoned' AND OLD.state <> 'refused'))
	EXECUTE FUNCTION forbid('a sealed batch is immutable',
		'send the same file again, or make the cards again in a new one');
CREATE OR REPLACE TRIGGER sealed_kept BEFORE DELETE OR TRUNCATE ON card_batch
	FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'batches are never deleted: their numbers are used once',
		'send the same file again');
-- A number is never given twice, and the chain has one end.
CREATE OR REPLACE TRIGGER numbers BEFORE UPDATE ON card_line
	FOR EACH ROW WHEN (NEW.last_number < OLD.last_number
		OR (OLD.line, OLD.series) IS DISTINCT FROM (NEW.line, NEW.series)
		OR OLD.chain_batch IS NOT NULL AND NEW.chain_batch IS NULL)
	EXECUTE FUNCTION forbid('the numbers of a line only go up',
		'a new line takes a new series');
CREATE OR REPLACE TRIGGER kept BEFORE DELETE OR TRUNCATE ON card_line
	FOR EACH STATEMENT EXECUTE FUNCTION forbid('card lines are never deleted',
		'take it out of recard.conf');
CREATE OR REPLACE TRIGGER ledger BEFORE UPDATE OR DELETE OR TRUNCATE
	ON card_line_gap FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'numbers that were given up stay so', 'nothing to do');
CREATE OR REPLACE TRIGGER ledger BEFORE UPDATE OR DELETE OR TRUNCATE
	ON card_result FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'what a line reported is append-only', 'nothing to do');
CREATE OR REPLACE TRIGGER kept BEFORE DELETE OR TRUNCATE ON card_batch_resend
	FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'what was handed out again stays on record', 'nothing to do');
CREATE OR REPLACE TRIGGER kept BEFORE DELETE OR TRUNCATE ON decision
	FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'decisions stay on record', 'nothing to do');
CREATE OR REPLACE TRIGGER decided BEFORE UPDATE ON decision
	FOR EACH ROW WHEN (OLD.decided_at IS NOT NULL
		OR (OLD.decision_no, OLD.act, OLD.subject, OLD.requested_at,
			OLD.requested_by, OLD.reason)
		IS DISTINCT FROM (NEW.decision_no, NEW.act, NEW.subject,
			NEW.requested_at, NEW.requested_by, NEW.reason))
	EXECUTE FUNCTION forbid('a decision is final', 'ask again');

-- A holder whose certificate is not valid any more, or who has died, gets no
-- new card: what is not sealed yet is held. Unpaid orders are not: the
-- deadline ends them; one that is paid all the same is held when its batch is
-- cut.
CREATE OR REPLACE FUNCTION certificate_lost() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	lost bigint;
	found_job bigint;
BEGIN
	SELECT o.order_no INTO lost
		FROM applicant a JOIN orders o USING (order_no)
		WHERE a.card_no = NEW.card_no AND a.open
			AND o.status IN ('paid', 'queued') AND NOT o.held
		FOR UPDATE OF o;
	IF FOUND THEN
		SELECT job_no INTO found_job FROM card_job WHERE order_no = lost
			AND state IN ('queued', 'batched');
		PERFORM hold_order(lost, 'register', 'certificate_'
			|| NEW.status);
		PERFORM open_exception('card', lost,
			coalesce(found_job::text, order_text(lost)),
			'certificate_' || NEW.status, now());
	END IF;
	RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER lost AFTER UPDATE OF status ON certificate
	FOR EACH ROW WHEN (OLD.status = 'valid' AND NEW.status <> 'valid')
	EXECUTE FUNCTION certificate_lost();

CREATE OR REPLACE TRIGGER sealed BEFORE UPDATE OR DELETE OR TRUNCATE
	ON card_batch_file FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'the bytes of a sealed batch are immutable',
		'make the cards again in a new batch');
CREATE OR REPLACE FUNCTION batch_line_sealed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	-- Sealing itself closes gaps in the numbers before it stores the
	-- bytes; from then on nothing moves.
	IF EXISTS (SELECT FROM changed c JOIN card_batch_file f USING (batch_no))
	THEN
		RAISE EXCEPTION USING ERRCODE = 'RC020',
			MESSAGE = 'the cards of a sealed batch are fixed',
			HINT = 'make the card again in a new batch';
	END IF;
	RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER sealed_insert AFTER INSERT ON card_batch_line
	REFERENCING NEW TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION batch_line_sealed();
CREATE OR REPLACE TRIGGER sealed_update AFTER UPDATE ON card_batch_line
	REFERENCING OLD TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION batch_line_sealed();
CREATE OR REPLACE TRIGGER sealed_delete AFTER DELETE ON card_batch_line
	REFERENCING OLD TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION batch_line_sealed();
CREATE OR REPLACE TRIGGER sealed BEFORE UPDATE ON label_run
	FOR EACH ROW WHEN (OLD.sealed_at IS NOT NULL AND
		((OLD.run_no, OLD.sequence, OLD.layout, OLD.start_cell,
			OLD.cells, OLD.area, OLD.format, OLD.printer,
			OLD.labels, OLD.sheets, OLD.digest, OLD.sealed_at)
		IS DISTINCT FROM (NEW.run_no, NEW.sequence, NEW.layout,
			NEW.start_cell, NEW.cells, NEW.area, NEW.format,
			NEW.printer, NEW.labels, NEW.sheets, NEW.digest,
			NEW.sealed_at)
		OR OLD.state = 'published' AND NEW.state <> 'published'))
	EXECUTE FUNCTION forbid('a sealed label run is immutable',
		'reprint its labels in a new one');
CREATE OR REPLACE TRIGGER kept BEFORE DELETE OR TRUNCATE ON import
	FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'files that were taken in stay on record',
		'two people may take a postal file back');
CREATE OR REPLACE TRIGGER posted BEFORE UPDATE OR TRUNCATE ON mail_item
	FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'a tracking number is booked once and never changed',
		'a letter that is sent again has a new label and number');
CREATE OR REPLACE TRIGGER ledger BEFORE UPDATE OR TRUNCATE
	ON mail_event FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'what the post told is append-only', 'later events say more');
CREATE OR REPLACE TRIGGER ledger BEFORE UPDATE OR DELETE OR TRUNCATE
	ON calendar_version FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'what was imported stays on record', 'import the year again');
CREATE OR REPLACE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE
	ON claim_note FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'notes of claims stay as they were written', 'add another note');
CREATE OR REPLACE TRIGGER kept BEFORE DELETE OR TRUNCATE ON claim
	FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'claims stay on record', 'close it');
CREATE OR REPLACE TRIGGER closed BEFORE UPDATE ON claim
	FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL
		OR (OLD.claim_id, OLD.order_no, OLD.opened_at, OLD.opened_by,
			OLD.reason)
		IS DISTINCT FROM (NEW.claim_id, NEW.order_no, NEW.opened_at,
			NEW.opened_by, NEW.reason))
	EXECUTE FUNCTION forbid('a claim that was closed stays so',
		'open another one');
-- What the post told goes only with its whole file, and is kept then.
CREATE OR REPLACE FUNCTION file_reverted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	lost boolean;
BEGIN
	EXECUTE format('SELECT EXISTS (SELECT FROM gone LEFT JOIN %I r
			USING (import_id, line) WHERE r.line IS NULL)',
		TG_TABLE_NAME || '_reverted') INTO lost;
	IF lost THEN
		RAISE EXCEPTION USING ERRCODE = 'RC020', MESSAGE = TG_ARGV[0],
			HINT = 'two people may take its whole file back';
	END IF;
	RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER reverted AFTER DELETE ON mail_item
	REFERENCING OLD TABLE AS gone
	FOR EACH STATEMENT EXECUTE FUNCTION file_reverted(
		'a tracking number is booked once and never changed');
CREATE OR REPLACE TRIGGER reverted AFTER DELETE ON mail_event
	REFERENCING OLD TABLE AS gone
	FOR EACH STATEMENT EXECUTE FUNCTION file_reverted(
		'what the post told is append-only');
CREATE OR REPLACE TRIGGER ledger BEFORE UPDATE OR DELETE OR TRUNCATE
	ON mail_item_reverted FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'what was taken back stays on record', 'nothing to do');
CREATE OR REPLACE TRIGGER ledger BEFORE UPDATE OR DELETE OR TRUNCATE
	ON mail_event_reverted FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'what was taken back stays on record', 'nothing to do');
CREATE OR REPLACE TRIGGER sealed BEFORE UPDATE ON posting_list
	FOR EACH ROW WHEN (OLD.sealed_at IS NOT NULL AND
		((OLD.list_no, OLD.sequence, OLD.area, OLD.items, OLD.digest,
			OLD.form_digest, OLD.sealed_at)
		IS DISTINCT FROM (NEW.list_no, NEW.sequence, NEW.area,
			NEW.items, NEW.digest, NEW.form_digest, NEW.sealed_at)
		OR OLD.state = 'published' AND NEW.state <> 'published'))
	EXECUTE FUNCTION forbid('a sealed posting list is immutable',
		'its letters stay on it');
CREATE OR REPLACE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON packing
	FOR EACH STATEMENT EXECUTE FUNCTION forbid(
		'what was checked at the packing table is never changed',
		'check card and label again');
-- A job that ended stays as it ended; what was printed was printed.
CREATE OR REPLACE TRIGGER ended BEFORE UPDATE ON print_job
	FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL
		OR OLD.run_no <> NEW.run_no OR OLD.printer <> NEW.printer)
	EXECUTE FUNCTION forbid('a print job that ended is not changed',
		'print the run again');
CREATE OR REPLACE TRIGGER kept BEFORE DELETE OR TRUNCATE ON print_job
	FOR EACH STATEMENT EXECUTE FUNCTION forbid('print jobs are never '
		'deleted', 'print the run again');
CREATE OR REPLACE TRIGGER sealed_kept BEFORE DELETE ON posting_list
	FOR EACH ROW WHEN (OLD.sealed_at IS NOT NULL)
	EXECUTE FUNCTION forbid('a sealed posting list is immutable',
		'its letters stay on it');
CREATE OR REPLACE TRIGGER sealed_kept BEFORE DELETE ON label_run
	FOR EACH ROW WHEN (OLD.sealed_at IS NOT NULL)
	EXECUTE FUNCTION forbid('a sealed label run is immutable',
		'reprint its labels in a new one');
