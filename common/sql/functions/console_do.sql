-- Does one thing that an operator asked for, by the function that recardctl
-- calls for it too: the one place that knows which function that is.
-- Parameters: who; act, as in console_right; what it is done to; why; what the
-- act's form asked for besides, as texts; the moment.
-- Returns: number or name of what it made: a request that somebody else
-- decides, a copy of a label, a batch, a claim; NULL: nothing that has one.
-- Raises: what the act's own function raises; RC075 for an act that is none.
CREATE OR REPLACE FUNCTION console_do(who text, of_act text, subject text,
	reason text, inputs jsonb, at timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	number CONSTANT bigint := CASE WHEN subject ~ '^[0-9]{1,18}$'
		THEN subject::bigint END;
	-- What is named by a line and a product is written with a blank.
	line CONSTANT text := split_part(subject, ' ', 1);
	product CONSTANT text := nullif(split_part(subject, ' ', 2), '');
	made text;
BEGIN
	CASE of_act
	-- Orders
	WHEN 'hold' THEN
		PERFORM hold_order(number, who, reason, at);
	WHEN 'release' THEN
		PERFORM release_order(number, who, reason, at);
	WHEN 'cancel' THEN
		PERFORM cancel_order(number, who, reason, at);
	WHEN 'retry' THEN
		made := decision_request('retry_card', order_text(number), who,
			reason, at);
	WHEN 'remail' THEN
		made := remail_order(number, who, reason, at);
	WHEN 'correct_address' THEN
		made := (correct_address(number, inputs ->> 'postal_code',
			inputs ->> 'address', who, reason, at)).request;
	WHEN 'close' THEN
		PERFORM close_order(number, who, reason, at);
	WHEN 'claim_open' THEN
		made := claim_open(number, who, reason, at);
	WHEN 'label_reprint' THEN
		made := reprint_label(number, who, reason, at);
	WHEN 'unlock' THEN
		PERFORM activation_unlock(number, who, reason, at);
	WHEN 'label_void' THEN
		made := void_label(number, who, reason, at);
	-- Payments that settle nothing
	WHEN 'payment_refund_due' THEN
		PERFORM payment_resolve(number, 'refund_due', who, reason,
			at => at);
	WHEN 'payment_refunded' THEN
		PERFORM payment_resolve(number, 'refunded', who, reason,
			inputs ->> 'reference', at => at);
	WHEN 'payment_matched' THEN
		PERFORM payment_resolve(number, 'matched', who, reason, NULL,
			(inputs ->> 'order_no')::bigint, at);
	-- Batches, lines
	WHEN 'batch_hold' THEN
		PERFORM batch_hold(subject, who, reason, at);
	WHEN 'batch_release' THEN
		PERFORM batch_release(subject, who, reason, at);
	WHEN 'batch_resend' THEN
		PERFORM batch_resend(subject, who, reason, at);
	WHEN 'batch_abandon' THEN
		made := decision_request('abandon_batch', subject, who, reason,
			at);
	WHEN 'batch_cut' THEN
		made := batch_cut(line, product, who, reason, at);
		IF made IS NULL THEN
			RAISE EXCEPTION USING ERRCODE = 'RC061', MESSAGE =
				format('nothing waits for line %s', line),
				HINT = 'line list shows what waits, and the '
					'cards in stock';
		END IF;
	WHEN 'line_resume' THEN
		PERFORM line_resume(line, (inputs ->> 'number')::integer, who,
			reason, at);
	WHEN 'stock_counted', 'stock_delivered' THEN
		PERFORM stock_set(line, product, (inputs ->> 'cards')::integer,
			of_act = 'stock_delivered', who, reason, at);
	-- Label runs
	WHEN 'run_reprint' THEN
		PERFORM reprint_run(subject, (inputs ->> 'sheet')::integer, who,
			reason, at);
	WHEN 'print_confirm' THEN
		PERFORM print_confirm(subject, who, reason, at);
	-- Worklists
	WHEN 'claim_note' THEN
		PERFORM claim_note(number, who, reason, at);
	WHEN 'claim_close' THEN
		PERFORM claim_close(number, who, reason, at);
	WHEN 'exception_close' THEN
		PERFORM exception_close(number, who, reason, at);
	WHEN 'revert_import' THEN
		made := decision_request('revert_import', subject, who, reason,
			at);
	WHEN 'approve', 'decline' THEN
		PERFORM decision_settle(number, of_act = 'approve', who, reason,
			at);
	-- The belt
	WHEN 'pause' THEN
		PERFORM stage_pause_set(subject, (inputs ->> 'until')::timestamp
			AT TIME ZONE 'Asia/Taipei', who, reason, at);
	WHEN 'resume' THEN
		PERFORM stage_resume(subject, who, reason, at);
	ELSE
		RAISE EXCEPTION USING ERRCODE = 'RC075', MESSAGE = format(
			'%s is nothing that is done to something', of_act);
	END CASE;
	RETURN made;
END
$$;
