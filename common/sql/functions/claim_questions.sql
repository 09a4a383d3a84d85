-- Questions to providers that are due, each ours for a while: whoever does
-- not answer leaves it to the next, who waits longer each time.
-- Parameters: channels we can ask; at most how many; the first lease; the
-- moment.
-- Returns: question, channel, order as written, reference.
CREATE OR REPLACE FUNCTION claim_questions(channels text[], at_most integer,
	lease interval, at timestamptz DEFAULT now())
RETURNS TABLE (question_no bigint, channel text, order_ref text,
	reference text)
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	UPDATE recard.payment_question q SET tries = q.tries + 1,
		next_try_at = at + least(lease * power(2, least(q.tries, 10)),
			interval '1 hour')
	FROM (SELECT d.question_no FROM recard.payment_question d
		WHERE d.answered_at IS NULL AND d.next_try_at <= at
			AND d.channel = ANY (channels)
		ORDER BY d.next_try_at LIMIT at_most
		FOR UPDATE SKIP LOCKED) AS due
	WHERE q.question_no = due.question_no
	RETURNING q.question_no, q.channel, q.order_ref, q.reference
$$;
