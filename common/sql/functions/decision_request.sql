-- Asks for something that two people decide.
-- Parameters: act: 'retry_card' (another attempt beyond the limit; subject is
-- an order number), 'abandon_batch' (its cards are made again in other
-- batches; subject is a batch that the line refused), 'revert_import' (a file
-- of tracking numbers is taken back; subject is its import), 'correct_address'
-- (through correct_address(); subject is an order number); who; why.
-- Returns: the number of the request.
-- Raises: RC064 when there is nothing to decide, or it is asked for already.
CREATE OR REPLACE FUNCTION decision_request(of_act text, of_subject text,
	actor text, reason text, at timestamptz DEFAULT now()) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	asked bigint;
BEGIN
	PERFORM decision_possible(of_act, of_subject);
	INSERT INTO decision (act, subject, requested_at, requested_by, reason)
		VALUES (of_act, of_subject, at, actor, reason)
		ON CONFLICT (act, subject) WHERE decided_at IS NULL DO NOTHING
		RETURNING decision_no INTO asked;
	IF asked IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'RC064', MESSAGE = format(
			'%s %s: asked for already', of_act, of_subject),
			HINT = 'request list shows it';
	END IF;
	PERFORM act(actor, 'request ' || of_act, of_subject, reason, at);
	RETURN asked;
END
$$;
