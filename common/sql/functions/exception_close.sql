-- Takes something off the worklist that was settled elsewhere. What an act of
-- its own ends stays until then.
-- Raises: RC065 when there is no such open one, or it ends by another act.
CREATE OR REPLACE FUNCTION exception_close(of_exception bigint, actor text,
	reason text, at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	known exception;
	instead text;
BEGIN
	SELECT * INTO known FROM exception
		WHERE exception_id = of_exception AND closed_at IS NULL
		FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC065', MESSAGE = format(
			'there is no open exception %s', of_exception),
			HINT = 'exception list shows which there are';
	END IF;
	instead := exception_way_out(known.kind, known.reason);
	IF instead IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'RC065', MESSAGE = format(
			'exception %s ends by what is done about it',
			of_exception), HINT = instead;
	END IF;
	UPDATE exception SET closed_at = exception_close.at,
			closed_by = exception_close.actor,
			resolution = exception_close.reason
		WHERE exception_id = of_exception;
	PERFORM act(actor, 'close exception', 'exception ' || of_exception,
		reason, at);
END
$$;
