-- Cuts a batch by hand, of what waits for a line.
-- Parameters: line; product, NULL: whichever has waited longest; who; why.
-- Returns: the batch number, NULL when nothing waits (or no card is in
-- stock).
-- Raises: RC061 when the line is unknown or stopped.
CREATE OR REPLACE FUNCTION batch_cut(of_line text, of_product text,
	actor text, reason text, at timestamptz DEFAULT now()) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	known card_line;
	made_no text;
BEGIN
	SELECT * INTO known FROM card_line WHERE line = of_line;
	IF known.line IS NULL OR known.stopped_at IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'RC061', MESSAGE = format(
			'line %s %s', of_line, CASE WHEN known.line IS NULL
			THEN 'is unknown' ELSE 'is stopped: '
				|| known.stop_reason END),
			HINT = CASE WHEN known.line IS NULL
			THEN 'line list shows which there are'
			ELSE 'help line resume tells '
				'what to find out first' END;
	END IF;
	made_no := cut_batch(of_line, 'hand', of_product, actor, at);
	IF made_no IS NOT NULL THEN
		PERFORM act(actor, 'cut', 'batch ' || made_no, reason, at);
		PERFORM pg_notify('recard_manufacture', '');
	END IF;
	RETURN made_no;
END
$$;
