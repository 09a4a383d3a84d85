-- Part of book_staged(): rows whose reference is in the ledger. The same
-- content is a duplicate; another content is booked beside the first one, as
-- its next variant, with the verdict 'differs'.
CREATE OR REPLACE FUNCTION staged_again(of_source text, of_import bigint,
	at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	me constant integer := pg_backend_pid();
	turn integer;
BEGIN
	-- Twice: a new variant may itself stand in the file more than once.
	FOR turn IN 1 .. 2 LOOP
		UPDATE payment_staging s SET payment_id = p.payment_id,
				verdict = 'duplicate'
			FROM payment p
			WHERE s.loader = me AND s.payment_id IS NULL
				AND (p.channel, p.reference, p.kind) =
					(s.channel, s.reference, s.kind)
				AND (p.order_ref, p.amount, p.currency) =
					(s.order_ref, s.amount, s.currency);
		IF NOT EXISTS (SELECT FROM payment_staging
			WHERE loader = me AND payment_id IS NULL)
		THEN
			RETURN;
		END IF;
		-- Two of us must not give one number twice.
		PERFORM pg_advisory_xact_lock(hashtext('payment.variant'));
		WITH content AS (
			SELECT DISTINCT ON (channel, reference, kind, order_ref,
				amount, currency) s.*
			FROM payment_staging s
			WHERE loader = me AND payment_id IS NULL
			ORDER BY channel, reference, kind, order_ref, amount,
				currency, entry
		), numbered AS (
			SELECT c.*, row_number() OVER (PARTITION BY channel,
				reference, kind ORDER BY entry)
				+ (SELECT max(p.variant) FROM payment p
				WHERE (p.channel, p.reference, p.kind)
					= (c.channel, c.reference, c.kind))
				AS variant
			FROM content c
		), booked AS (
			INSERT INTO payment (channel, reference, kind, variant,
				order_ref, amount, currency, paid_at, fault,
				source, import_id, line, notice_no, booked_at)
			SELECT channel, reference, kind, variant, order_ref,
				amount, currency, paid_at, fault, of_source,
				of_import,
				CASE of_source WHEN 'settlement' THEN entry END,
				CASE of_source WHEN 'settlement' THEN NULL
					ELSE nullif(entry, 0) END, at
			FROM numbered ORDER BY entry
			RETURNING payment_id, channel, reference, kind, variant
		)
		UPDATE payment_staging s SET payment_id = b.payment_id,
				verdict = CASE WHEN s.kind IN ('issued',
					'failed') THEN 'noted' ELSE 'differs' END
			FROM booked b JOIN numbered n
				USING (channel, reference, kind, variant)
			WHERE s.loader = me AND s.entry = n.entry;
	END LOOP;
END
$$;
