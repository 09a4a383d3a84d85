-- Cancels an order before its batch is sealed: its card job and label become
-- void, its payment refund due.
-- Raises: RC020 when it is too late.
CREATE OR REPLACE FUNCTION cancel_order(cancelled_order bigint, actor text,
	reason text, at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	job record;
BEGIN
	PERFORM FROM orders WHERE order_no = cancelled_order FOR UPDATE;
	PERFORM refuse_producing(cancelled_order, 'cancelled');
	SELECT j.job_no, j.state, l.batch_no INTO job FROM card_job j
		LEFT JOIN card_batch_line l USING (job_no)
		WHERE j.order_no = cancelled_order
			AND j.state IN ('queued', 'batched', 'made')
		FOR UPDATE OF j;
	PERFORM FROM card_batch WHERE batch_no = job.batch_no FOR UPDATE;
	PERFORM advance(ARRAY[cancelled_order], 'cancelled', actor,
		jsonb_build_object('reason', reason), at);
	-- A batch that is being sealed this moment is fenced off: its next
	-- step finds a new epoch and renders its content again.
	UPDATE card_batch SET epoch = epoch + 1
		WHERE batch_no = job.batch_no AND state = 'cut';
	DELETE FROM card_batch_line WHERE job_no = job.job_no;
	UPDATE card_job SET state = 'void' WHERE job_no = job.job_no;
	UPDATE label SET state = 'void', voided_at = cancel_order.at,
			voided_by = cancel_order.actor,
			void_reason = 'order_cancelled'
		WHERE order_no = cancelled_order AND state <> 'void';
	INSERT INTO payment_exception (payment_id, order_no, reason, state,
			opened_at)
		SELECT payment_id, order_no, 'cancelled_order', 'refund_due',
			cancel_order.at
		FROM settled_payment WHERE order_no = cancelled_order
		-- One that an operator had matched is an exception again.
		ON CONFLICT (payment_id) DO UPDATE
			SET order_no = excluded.order_no,
				reason = excluded.reason,
				state = excluded.state,
				opened_at = excluded.opened_at,
				closed_at = NULL, closed_by = NULL, note = NULL;
	UPDATE exception SET closed_at = cancel_order.at,
			closed_by = cancel_order.actor, resolution = 'cancelled'
		WHERE kind = 'card' AND order_no = cancelled_order
			AND closed_at IS NULL;
	PERFORM act(actor, 'cancel', order_text(cancelled_order), reason, at);
END
$$;
