-- Says that a run came out whole, where the printer cannot: a recorded act.
-- Its labels that are not void are printed.
-- Raises: RC067 when the run is at no printer, is still being printed, or is
-- over.
CREATE OR REPLACE FUNCTION print_confirm(of_run text, actor text, reason text,
	at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	known print_job;
BEGIN
	SELECT * INTO known FROM print_job WHERE run_no = of_run FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC067', MESSAGE = format(
			'no printer was told of run %s', of_run),
			HINT = 'print list shows those that were';
	END IF;
	IF known.state NOT IN ('sent', 'unknown', 'cancelled', 'failed') THEN
		RAISE EXCEPTION USING ERRCODE = 'RC067', MESSAGE = format(
			'run %s is %s: there is nothing to confirm', of_run,
			known.state), HINT = CASE WHEN known.ended_at IS NULL
			THEN 'the printer is asked; wait for what it says'
			ELSE 'print a label or the run again with label reprint'
			END;
	END IF;
	UPDATE print_job SET state = 'printed', look_at = NULL, ended_at = at,
			ended_by = actor, epoch = epoch + 1
		WHERE run_no = of_run;
	PERFORM run_printed(of_run, at);
	UPDATE exception SET closed_at = at, closed_by = actor,
			resolution = 'confirmed'
		WHERE kind = 'print' AND subject = of_run AND closed_at IS NULL;
	PERFORM act(actor, 'confirm print', of_run, reason, at);
END
$$;
