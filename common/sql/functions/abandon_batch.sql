-- Gives a batch up that the line refused: its cards count as rejected and
-- their next attempts are queued for another batch.
CREATE OR REPLACE FUNCTION abandon_batch(of_batch text, actor text,
	at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	jobs bigint[];
	members bigint[];
BEGIN
	SELECT array_agg(j.job_no), array_agg(j.order_no ORDER BY j.order_no)
		INTO jobs, members
		FROM card_batch_line l JOIN card_job j USING (job_no)
		WHERE l.batch_no = of_batch AND j.state = 'batched';
	PERFORM FROM orders WHERE order_no = ANY (members)
		ORDER BY order_no FOR UPDATE;
	UPDATE card_batch SET state = 'abandoned', ended_by = actor
		WHERE batch_no = of_batch AND state = 'refused';
	IF jobs IS NULL THEN
		RETURN;
	END IF;
	UPDATE card_job SET state = 'rejected', on_hold_since = NULL,
			error_code = 'BATCH_REFUSED'
		WHERE job_no = ANY (jobs) AND state = 'batched';
	PERFORM advance(members, 'rejected', actor,
		jsonb_build_object('batch', of_batch), at);
	INSERT INTO card_job (order_no, attempt, reason, address_digest,
			queued_at)
		SELECT order_no, attempt + 1, 'REJECTED', address_digest, at
		FROM card_job WHERE job_no = ANY (jobs) ORDER BY order_no;
	UPDATE exception SET closed_at = at, closed_by = actor,
			resolution = 'abandoned'
		WHERE kind = 'batch' AND subject = of_batch
			AND closed_at IS NULL;
END
$$;
