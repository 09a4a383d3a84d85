-- Part of book_staged(): matches what was just booked with what was there.
-- A payment told by a second source is confirmed; one that only a notice
-- told so far is noted as such; what was doubtful (stale, unreadable) is
-- matched once its payment is told properly; a refund closes what was due.
CREATE OR REPLACE FUNCTION staged_match(of_source text, of_import bigint,
	actor text, at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	me constant integer := pg_backend_pid();
BEGIN
	INSERT INTO payment_confirmation (payment_id, source, import_id, line,
			notice_no, confirmed_at)
		SELECT DISTINCT ON (p.payment_id) p.payment_id, of_source,
			of_import,
			CASE of_source WHEN 'settlement' THEN s.entry END,
			CASE of_source WHEN 'settlement' THEN NULL
				ELSE nullif(s.entry, 0) END, at
		FROM payment_staging s JOIN payment p USING (payment_id)
		WHERE s.loader = me AND s.verdict = 'duplicate'
			AND p.source <> of_source
		ORDER BY p.payment_id, s.entry
		ON CONFLICT DO NOTHING;
	IF of_source = 'settlement' THEN
		-- Also one that it tells otherwise: that is an exception now.
		DELETE FROM payment_unconfirmed u
			USING payment_staging s, payment p
			WHERE s.loader = me AND p.payment_id = u.payment_id
				AND (p.channel, p.reference, p.kind)
					= (s.channel, s.reference, s.kind);
	ELSE
		INSERT INTO payment_unconfirmed (payment_id, since)
			SELECT payment_id, at
			FROM payment_staging
			WHERE loader = me AND kind = 'paid'
				AND verdict NOT IN ('duplicate', 'differs');
	END IF;

	UPDATE payment_exception e SET state = 'matched', closed_at = at,
			closed_by = actor, note = 'told properly since'
		FROM payment_staging s, payment d, payment p
		WHERE s.loader = me AND s.verdict <> 'differs'
			AND s.kind IN ('paid', 'stale', 'unknown')
			AND (d.channel, d.reference) = (s.channel, s.reference)
			AND d.kind IN ('stale', 'unknown')
			AND d.payment_id = e.payment_id AND e.closed_at IS NULL
			AND (p.channel, p.reference, p.kind, p.variant)
				= (s.channel, s.reference, 'paid', 0)
			AND p.fault IS NULL;

	-- Rare, and what follows looks through all that is open.
	IF NOT EXISTS (SELECT FROM payment_staging s
		WHERE s.loader = me AND s.verdict = 'refund')
	THEN
		RETURN;
	END IF;
	WITH told AS (
		SELECT s.payment_id, s.channel, s.order_ref, s.amount,
			s.currency, s.reference, row_number() OVER (PARTITION BY
				s.channel, s.order_ref, s.amount, s.currency
				ORDER BY s.entry) AS nth
		FROM payment_staging s
		WHERE s.loader = me AND s.verdict = 'refund'
	), due AS (
		SELECT e.payment_id, p.channel, p.order_ref, p.amount,
			p.currency, row_number() OVER (PARTITION BY p.channel,
				p.order_ref, p.amount, p.currency
				ORDER BY e.opened_at, e.payment_id) AS nth
		FROM payment_exception e JOIN payment p USING (payment_id)
		WHERE e.closed_at IS NULL AND p.kind = 'paid'
			AND p.variant = 0 AND p.order_ref IN
				(SELECT order_ref FROM told)
	), pair AS (
		SELECT t.payment_id AS refund, d.payment_id AS paid, t.reference
		FROM told t JOIN due d USING (channel, order_ref, amount, currency,
			nth)
	), refunded AS (
		UPDATE payment_exception e SET state = 'refunded',
				closed_at = at, closed_by = actor,
				refund_reference = pair.reference
			FROM pair WHERE e.payment_id = pair.paid
	)
	UPDATE payment_exception e SET state = 'matched', closed_at = at,
			closed_by = actor, note = 'refund of payment ' || pair.paid
		FROM pair WHERE e.payment_id = pair.refund;
END
$$;
