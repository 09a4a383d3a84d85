-- Queues a question to the provider for each hint that has none open and was
-- not found true yet; a hint that comes again is asked about again, but not
-- more than twice a minute.
CREATE OR REPLACE FUNCTION ask_about_notices(notice_nos bigint[],
	at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	INSERT INTO recard.payment_question (channel, order_ref, order_no,
		reference, notice_no, asked_at, next_try_at)
	SELECT n.channel, coalesce(n.order_ref, ''), n.order_no, n.reference,
		n.notice_no, at, greatest(at, q.last + interval '30 seconds')
	FROM recard.payment_notice n, LATERAL (SELECT max(q.asked_at) AS last,
			bool_or(q.answered_at IS NULL OR q.answer = 'paid') AS done
		FROM recard.payment_question q
		WHERE q.notice_no = n.notice_no) AS q
	WHERE n.notice_no = ANY (notice_nos) AND q.done IS NOT TRUE
$$;
