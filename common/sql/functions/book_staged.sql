-- Books this session's rows of payment_staging into the ledger, whatever
-- they say: an order that is paid exactly moves to paid, everything else that
-- is money, or may be, becomes an exception with its reason. Told a second
-- time, by the same source or another, a payment is confirmed and nothing
-- changes. Inside the transaction of its callers, who delete the rows.
-- Parameters: who tells it (settlement, notice, query); the file, for a
-- settlement; who; remarks for the history; the moment.
-- Returns: counts of staged rows: settled orders, exceptions, noted (no
-- money: an account number was issued, a card declined), duplicate.
CREATE OR REPLACE FUNCTION book_staged(of_source text, of_import bigint,
	actor text, detail jsonb, at timestamptz, OUT settled bigint,
	OUT exceptions bigint, OUT noted bigint, OUT duplicate bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	me constant integer := pg_backend_pid();
	paid bigint[];
	charged bigint;
BEGIN
	UPDATE payment_staging s SET order_no = order_number(s.order_ref)
		WHERE s.loader = me;
	UPDATE payment_staging s SET fault = 'paid_at_in_future'
		WHERE s.loader = me AND s.fault IS NULL
			AND s.paid_at > greatest(at, now()) + interval '1 day';
	-- Purging and cancelling take the same lock, so one of us comes first.
	PERFORM FROM orders o WHERE o.order_no IN (SELECT s.order_no
			FROM payment_staging s WHERE s.loader = me)
		ORDER BY o.order_no FOR UPDATE;
	-- In the order of the key, so that two of us wait and do not deadlock.
	WITH first AS (
		SELECT DISTINCT ON (s.channel, s.reference, s.kind) s.*
		FROM payment_staging s WHERE s.loader = me
		ORDER BY s.channel, s.reference, s.kind, s.entry
	), booked AS (
		INSERT INTO payment (channel, reference, kind, order_ref,
			amount, currency, paid_at, fault, source, import_id,
			line, notice_no, booked_at)
		SELECT channel, reference, kind, order_ref, amount, currency,
			paid_at, fault, of_source, of_import,
			CASE of_source WHEN 'settlement' THEN entry END,
			CASE of_source WHEN 'settlement' THEN NULL
				ELSE nullif(entry, 0) END, at
		FROM first ORDER BY channel, reference, kind
		ON CONFLICT (channel, reference, kind, variant) DO NOTHING
		RETURNING payment_id, channel, reference, kind
	)
	UPDATE payment_staging s SET payment_id = b.payment_id
		FROM booked b JOIN first f USING (channel, reference, kind)
		WHERE s.loader = me AND s.entry = f.entry;
	PERFORM staged_again(of_source, of_import, at);

	UPDATE payment_staging t SET verdict = CASE
			WHEN b.kind IN ('issued', 'failed') THEN 'noted'
			WHEN b.fault IS NOT NULL OR b.kind = 'unknown'
				THEN 'unreadable'
			WHEN b.kind <> 'paid' THEN b.kind
			WHEN o.order_no IS NULL THEN 'unknown_order'
			WHEN b.currency <> 'TWD' THEN 'currency'
			WHEN o.status = 'purged' THEN 'purged_order'
			WHEN o.status IN ('cancelled', 'closed')
				THEN 'cancelled_order'
			WHEN o.status <> 'unpaid' OR b.exact AND b.nth > 1
				THEN 'second_payment'
			WHEN b.amount < o.amount THEN 'short'
			WHEN b.amount > o.amount THEN 'over'
			ELSE 'settles' END
		FROM (SELECT l.*, row_number() OVER (PARTITION BY l.order_no
				ORDER BY l.fault IS NOT NULL, l.kind <> 'paid',
				l.amount <> o.amount, l.currency <> 'TWD',
				l.entry) AS nth,
				bool_or(l.kind = 'paid' AND l.fault IS NULL
					AND l.amount = o.amount
					AND l.currency = 'TWD')
					OVER (PARTITION BY l.order_no) AS exact
			FROM payment_staging l
			LEFT JOIN orders o USING (order_no)
			WHERE l.loader = me AND l.verdict IS NULL) AS b
		LEFT JOIN orders o USING (order_no)
		WHERE t.loader = me AND t.entry = b.entry;

	INSERT INTO settled_payment (order_no, payment_id, settled_at)
		SELECT order_no, payment_id, at FROM payment_staging
		WHERE loader = me AND verdict = 'settles';
	INSERT INTO payment_exception (payment_id, order_no, reason, state,
			opened_at)
		SELECT s.payment_id, o.order_no, s.verdict, CASE
			WHEN s.verdict IN ('purged_order', 'cancelled_order',
				'second_payment') THEN 'refund_due'
			ELSE 'open' END, at
		FROM payment_staging s LEFT JOIN orders o USING (order_no)
		WHERE s.loader = me AND s.verdict NOT IN
			('settles', 'noted', 'duplicate');
	PERFORM staged_match(of_source, of_import, actor, at);
	SELECT array_agg(order_no ORDER BY order_no) INTO paid
		FROM payment_staging WHERE loader = me AND verdict = 'settles';
	IF paid IS NOT NULL THEN
		PERFORM advance(paid, 'paid', actor, detail, at);
		PERFORM pg_notify('recard_manufacture', '');
	END IF;
	-- A card that is not being made yet waits until somebody has looked.
	FOR charged IN SELECT DISTINCT o.order_no
		FROM payment_staging s JOIN orders o USING (order_no)
		WHERE s.loader = me AND s.verdict = 'chargeback'
			AND o.status IN ('paid', 'queued') AND NOT o.held
		ORDER BY 1
	LOOP
		PERFORM hold_order(charged, actor, 'chargeback', at);
	END LOOP;
	SELECT count(*) FILTER (WHERE verdict = 'settles'),
		count(*) FILTER (WHERE verdict NOT IN
			('settles', 'noted', 'duplicate')),
		count(*) FILTER (WHERE verdict = 'noted'),
		count(*) FILTER (WHERE verdict = 'duplicate')
		INTO settled, exceptions, noted, duplicate
		FROM payment_staging WHERE loader = me;
END
$$;
