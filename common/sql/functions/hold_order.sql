-- Stops an order where it stands until release_order(). A card that is in a
-- batch not sealed yet leaves it and waits for another one, so that the rest
-- of the batch goes on.
-- Raises: RC020 when there is no such open order, it is held already, or its
-- card is being made (R12: nothing stops a sealed batch).
CREATE OR REPLACE FUNCTION hold_order(held_order bigint, actor text,
	reason text, at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	job record;
BEGIN
	UPDATE orders o SET held = true FROM order_state s
		WHERE o.order_no = held_order AND s.status = o.status
			AND NOT s.ends AND NOT o.held
			AND o.status <> 'producing';
	IF NOT FOUND THEN
		PERFORM refuse_producing(held_order, 'held');
		RAISE EXCEPTION USING ERRCODE = 'RC020', MESSAGE = format(
			'order %s: not open, or held already',
			order_text(held_order)),
			HINT = 'order show says which; order release ends a hold';
	END IF;
	-- As in cancel_order(): whoever is sealing the batch is fenced off.
	SELECT j.job_no, b.batch_no INTO job
		FROM card_job j JOIN card_batch_line l USING (job_no)
		JOIN card_batch b USING (batch_no)
		WHERE j.order_no = held_order AND j.state = 'batched'
			AND b.state = 'cut'
		FOR UPDATE OF j, b;
	IF FOUND THEN
		UPDATE card_batch SET epoch = epoch + 1
			WHERE batch_no = job.batch_no;
		DELETE FROM card_batch_line WHERE job_no = job.job_no;
		UPDATE card_job SET state = 'queued' WHERE job_no = job.job_no;
	END IF;
	INSERT INTO hold (order_no, reason, placed_at, placed_by)
		VALUES (held_order, hold_order.reason, hold_order.at,
			hold_order.actor);
	PERFORM act(actor, 'hold', order_text(held_order), reason, at);
END
$$;
