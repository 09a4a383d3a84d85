-- Lets a stopped line go on after a number that is certainly not out yet;
-- the numbers up to it are never used. What the batches in between were, and
-- which orders' cards are being made already, somebody has to find out first.
-- Parameters: line; the last number (of its own five digits) that may be out;
-- who; why; the moment.
-- Raises: RC061 when it is not stopped or the number is one that is known.
CREATE OR REPLACE FUNCTION line_resume(of_line text, after_number integer,
	actor text, reason text, at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	known card_line;
BEGIN
	SELECT * INTO known FROM card_line WHERE line = of_line FOR UPDATE;
	IF known.stopped_at IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'RC061', MESSAGE = format(
			'line %s: unknown, or not stopped', of_line),
			HINT = 'line list shows which there are';
	END IF;
	IF after_number < known.last_number OR after_number > 99999 THEN
		RAISE EXCEPTION USING ERRCODE = 'RC061', MESSAGE = format(
			'line %s: the number must be from %s to 99999', of_line,
			known.last_number), HINT = 'give the last number that '
			'the card line has, or a later one';
	END IF;
	IF after_number > known.last_number THEN
		INSERT INTO card_line_gap (line, first_number, last_number,
				declared_at, declared_by)
			VALUES (of_line, known.last_number + 1, after_number,
				at, actor);
	END IF;
	UPDATE card_line SET last_number = after_number, stopped_at = NULL,
			stop_reason = NULL
		WHERE line = of_line;
	UPDATE exception SET closed_at = line_resume.at,
			closed_by = line_resume.actor, resolution = 'resumed'
		WHERE kind = 'batch' AND subject = of_line
			AND exception.reason = 'line_stopped'
			AND closed_at IS NULL;
	PERFORM act(actor, 'resume', 'line ' || of_line, reason, at);
	PERFORM pg_notify('recard_manufacture', '');
END
$$;
