-- Books a provider's answer: told paid, it becomes a ledger row like any
-- notice; otherwise the order is known to be unpaid at this moment.
-- Parameters: question; what the answer says (reference, kind, order as
-- written, amount, currency, time paid, fault), kind NULL: no payment; who;
-- the moment.
-- Returns: 'paid', 'unpaid', or NULL when it had been answered before.
CREATE OR REPLACE FUNCTION answer_question(of_question bigint, told_ref text,
	told_kind text, told_order text, told_amount bigint,
	told_currency text, told_paid_at timestamptz, told_fault text,
	actor text, at timestamptz DEFAULT now()) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	me constant integer := pg_backend_pid();
	asked record;
	gone boolean;
	said constant text := CASE WHEN told_kind IN ('paid', 'unknown')
		THEN 'paid' ELSE 'unpaid' END;
BEGIN
	SELECT * INTO asked FROM payment_question q
		WHERE q.question_no = of_question AND q.answered_at IS NULL
		FOR UPDATE;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	IF told_kind IS NOT NULL THEN
		INSERT INTO payment_staging (entry, channel, reference, kind,
				order_ref, amount, currency, paid_at, fault)
			VALUES (coalesce(asked.notice_no, 0), asked.channel,
				told_ref, told_kind, told_order, told_amount,
				told_currency, told_paid_at, told_fault);
		PERFORM book_staged('query', NULL, actor,
			'{"source": "query"}', at);
		DELETE FROM payment_staging WHERE loader = me;
	END IF;
	UPDATE payment_question q SET answered_at = answer_question.at,
			answer = said
		WHERE q.question_no = of_question;
	-- What comes in for a purged order does not bring the person back; a
	-- purge that has it in hand comes first.
	SELECT o.status = 'purged' INTO gone FROM orders o
		WHERE o.order_no = asked.order_no FOR SHARE;
	UPDATE payment_notice n SET state = 'booked',
			booked_at = answer_question.at,
			body = CASE WHEN gone THEN NULL ELSE n.body END,
			headers = CASE WHEN gone THEN NULL ELSE n.headers END,
			peer = CASE WHEN gone THEN NULL ELSE n.peer END
		WHERE n.notice_no = asked.notice_no AND n.state = 'asking';
	RETURN said;
END
$$;
