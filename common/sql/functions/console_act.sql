-- Does what an operator asks for on the console, by the functions that
-- recardctl calls too; the record of it names him.
-- Parameters: SHA-256 of his certificate; act, as in console_right; number of
-- the order, claim, exception or request; why; the moment.
-- Returns: whether he may. If not, nothing was done but the record of that.
-- Raises: what the act's own function raises; RC075 for an act that is none.
CREATE OR REPLACE FUNCTION console_act(identity text, of_act text,
	of_subject bigint, reason text, at timestamptz DEFAULT now())
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	who record;
BEGIN
	SELECT * INTO who FROM console_authorise(identity, of_act,
		of_subject::text, at);
	IF NOT who.allowed THEN
		RETURN false;
	END IF;
	CASE of_act
	WHEN 'hold' THEN
		PERFORM hold_order(of_subject, who.operator, reason, at);
	WHEN 'release' THEN
		PERFORM release_order(of_subject, who.operator, reason, at);
	WHEN 'cancel' THEN
		PERFORM cancel_order(of_subject, who.operator, reason, at);
	WHEN 'retry' THEN
		PERFORM decision_request('retry_card', order_text(of_subject),
			who.operator, reason, at);
	WHEN 'remail' THEN
		PERFORM remail_order(of_subject, who.operator, reason, at);
	WHEN 'close' THEN
		PERFORM close_order(of_subject, who.operator, reason, at);
	WHEN 'claim_open' THEN
		PERFORM claim_open(of_subject, who.operator, reason, at);
	WHEN 'claim_note' THEN
		PERFORM claim_note(of_subject, who.operator, reason, at);
	WHEN 'claim_close' THEN
		PERFORM claim_close(of_subject, who.operator, reason, at);
	WHEN 'exception_close' THEN
		PERFORM exception_close(of_subject, who.operator, reason, at);
	WHEN 'approve' THEN
		PERFORM decision_settle(of_subject, true, who.operator, reason,
			at);
	WHEN 'decline' THEN
		PERFORM decision_settle(of_subject, false, who.operator, reason,
			at);
	ELSE
		RAISE EXCEPTION USING ERRCODE = 'RC075', MESSAGE = format(
			'%s is nothing that is done to something', of_act);
	END CASE;
	RETURN true;
END
$$;
