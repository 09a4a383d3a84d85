-- Books one settlement file whole: every line into the ledger, orders that
-- are paid exactly moved to paid, everything else an exception with its
-- reason; then the feed's watermark, as far as the sequence has no gap.
-- Parameters: file (name, SHA-256, size); its header; its lines as arrays
-- (line number, reference, order as written, amount, currency, time paid or
-- NULL, kind, fault or NULL); who; the moment.
-- Returns: one row: import_id (NULL: seen before, nothing changed), rows,
-- applied, exceptions (applied lines that settled no order), duplicate,
-- rejected, missing_sequence (first one not in yet, NULL when there is no
-- gap), covered_until.
-- Raises: RC030 when the channel is unknown or the sequence number belongs
-- to another file.
CREATE OR REPLACE FUNCTION book_settlement(file_name text, file_digest text,
	file_size bigint, of_channel text, on_day date, file_sequence bigint,
	file_covers timestamptz, line_nos bigint[], refs text[],
	order_refs text[], amounts bigint[], currencies text[],
	paid_times timestamptz[], kinds text[], faults text[], actor text,
	at timestamptz DEFAULT now(),
	OUT import_id bigint, OUT rows bigint, OUT applied bigint,
	OUT exceptions bigint, OUT duplicate bigint, OUT rejected bigint,
	OUT missing_sequence bigint, OUT covered_until timestamptz)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	feed payment_feed;
	file bigint;
	settled bigint[];
	top bigint;
BEGIN
	SELECT * INTO feed FROM payment_feed f WHERE f.channel = of_channel
		FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC030', MESSAGE =
			'unknown_channel: no payment feed of this name',
			HINT = 'add it to payment_feed and product_feed';
	END IF;
	file := import_open('settlement', file_name, file_digest, file_size,
		actor, at);
	IF file IS NULL THEN
		RETURN;
	END IF;
	IF EXISTS (SELECT FROM settlement_file s WHERE s.channel = of_channel
		AND s.sequence = file_sequence)
	THEN
		RAISE EXCEPTION USING ERRCODE = 'RC030', MESSAGE = format(
			'sequence_used: sequence %s of channel %s came in '
			'another file before', file_sequence, of_channel),
			HINT = 'ask the payment service which file is right';
	END IF;

	CREATE TEMPORARY TABLE booked_line (
		line bigint, reference text, order_ref text, order_no bigint,
		amount bigint, currency text, paid_at timestamptz, kind text,
		fault text, payment_id bigint, verdict text
	) ON COMMIT DROP;
	INSERT INTO booked_line (line, reference, order_ref, order_no, amount,
			currency, paid_at, kind, fault)
		SELECT l.line, l.reference, l.order_ref,
			order_number(l.order_ref), l.amount, l.currency,
			l.paid_at, l.kind, l.fault
		FROM unnest(line_nos, refs, order_refs, amounts, currencies,
			paid_times, kinds, faults) AS l (line, reference,
			order_ref, amount, currency, paid_at, kind, fault);
	-- Purging and cancelling take the same lock, so one of us comes first.
	PERFORM FROM orders o WHERE o.order_no IN
		(SELECT order_no FROM booked_line) ORDER BY o.order_no FOR UPDATE;
	WITH booked AS (
		INSERT INTO payment (channel, reference, kind, order_ref,
			amount, currency, paid_at, fault, source, import_id,
			line, booked_at)
		SELECT of_channel, reference, kind, order_ref, amount,
			currency, paid_at, fault, 'settlement', file, line, at
		FROM booked_line ORDER BY line
		ON CONFLICT (channel, reference, kind) DO NOTHING
		RETURNING payment_id, line
	)
	UPDATE booked_line b SET payment_id = booked.payment_id
		FROM booked WHERE b.line = booked.line;
	-- A reference that is in the ledger: the same payment again, or another
	-- one under its name.
	UPDATE booked_line b SET verdict = CASE
			WHEN (p.order_ref, p.amount, p.currency)
				= (b.order_ref, b.amount, b.currency)
			THEN 'duplicate' ELSE 'reference_reused' END
		FROM payment p WHERE b.payment_id IS NULL
			AND (p.channel, p.reference, p.kind)
				= (of_channel, b.reference, b.kind);
	UPDATE booked_line t SET verdict = CASE
			WHEN b.fault IS NOT NULL OR b.kind = 'unknown'
				THEN 'unreadable'
			WHEN b.kind = 'chargeback' THEN 'chargeback'
			WHEN b.kind = 'refund' THEN 'refund'
			WHEN o.order_no IS NULL THEN 'unknown_order'
			WHEN b.currency <> 'TWD' THEN 'currency'
			WHEN o.status = 'purged' THEN 'purged_order'
			WHEN o.status IN ('cancelled', 'closed')
				THEN 'cancelled_order'
			WHEN o.status <> 'unpaid' OR b.nth > 1
				THEN 'second_payment'
			WHEN b.amount < o.amount THEN 'short'
			WHEN b.amount > o.amount THEN 'over'
			ELSE 'settles' END
		FROM (SELECT l.*, row_number() OVER (PARTITION BY l.order_no
				ORDER BY l.fault IS NOT NULL, l.kind <> 'paid',
				l.amount <> o.amount, l.currency <> 'TWD',
				l.line) AS nth
			FROM booked_line l
			LEFT JOIN orders o USING (order_no)
			WHERE l.payment_id IS NOT NULL) AS b
		LEFT JOIN orders o USING (order_no)
		WHERE t.line = b.line;
	INSERT INTO settled_payment (order_no, payment_id, settled_at)
		SELECT order_no, payment_id, at FROM booked_line
		WHERE verdict = 'settles';
	SELECT array_agg(order_no ORDER BY order_no) INTO settled
		FROM booked_line WHERE verdict = 'settles';
	INSERT INTO payment_exception (payment_id, order_no, reason, state,
			opened_at)
		SELECT b.payment_id, o.order_no, b.verdict, CASE
			WHEN b.verdict IN ('purged_order', 'cancelled_order',
				'second_payment') THEN 'refund_due'
			ELSE 'open' END, at
		FROM booked_line b LEFT JOIN orders o USING (order_no)
		WHERE b.verdict NOT IN
			('settles', 'duplicate', 'reference_reused');
	INSERT INTO import_reject (import_id, line, code, text)
		SELECT file, line, verdict, 'the reference is in the ledger with '
			'another order or amount'
		FROM booked_line WHERE verdict = 'reference_reused';
	IF settled IS NOT NULL THEN
		PERFORM advance(settled, 'paid', actor,
			jsonb_build_object('channel', of_channel,
				'file', file_name), at);
		PERFORM pg_notify('recard_manufacture', '');
	END IF;

	INSERT INTO settlement_file (channel, sequence, business_date,
			covered_until, import_id)
		VALUES (of_channel, file_sequence, on_day, file_covers, file);
	-- The end of the unbroken run that starts where the feed stood.
	SELECT max(s.sequence) INTO top FROM (
		SELECT sequence, sequence - row_number() OVER (ORDER BY sequence)
			- coalesce(feed.last_sequence,
				feed.first_sequence - 1) AS offset_of
		FROM settlement_file
		WHERE channel = of_channel AND sequence
			> coalesce(feed.last_sequence, feed.first_sequence - 1)
		) AS s WHERE s.offset_of = 0;
	UPDATE payment_feed f SET last_file_at = at,
			last_sequence = coalesce(top, f.last_sequence),
			covered_until = greatest(f.covered_until, (SELECT
				max(s.covered_until) FROM settlement_file s
				WHERE s.channel = of_channel
					AND s.sequence <= top))
		WHERE f.channel = of_channel
		RETURNING f.covered_until, coalesce(f.last_sequence,
			f.first_sequence - 1) INTO covered_until, top;
	IF EXISTS (SELECT FROM settlement_file s WHERE s.channel = of_channel
		AND s.sequence > top)
	THEN
		missing_sequence := top + 1;
	END IF;

	SELECT count(*), count(*) FILTER (WHERE verdict NOT IN
			('duplicate', 'reference_reused')),
		count(*) FILTER (WHERE verdict NOT IN
			('duplicate', 'reference_reused', 'settles')),
		count(*) FILTER (WHERE verdict = 'duplicate'),
		count(*) FILTER (WHERE verdict = 'reference_reused')
		INTO rows, applied, exceptions, duplicate, rejected
		FROM booked_line;
	UPDATE import i SET rows = book_settlement.rows,
			applied = book_settlement.applied,
			duplicate = book_settlement.duplicate,
			rejected = book_settlement.rejected
		WHERE i.import_id = file;
	DROP TABLE booked_line;
	import_id := file;
END
$$;
