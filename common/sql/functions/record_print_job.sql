-- What a printer said of a job. What needs a person goes on the worklist, and
-- comes off it when the printer goes on. A job that the printer completed
-- makes the labels printed.
-- Parameters: run and epoch of the claim; waiting (nothing arrived: it may be
-- sent again), sending (not known whether it arrived), pending, held,
-- processing, stopped, sent (a raw port took it all), unknown, cancelled,
-- failed or printed; the printer's number of the job, NULL: as known; its
-- keywords; when to look again; who; the moment.
-- Returns: whether it was recorded; false when the claim is an old one.
CREATE OR REPLACE FUNCTION record_print_job(of_run text, claim_epoch integer,
	now_is text, at_printer integer, keywords text, again interval,
	actor text, at timestamptz DEFAULT now()) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	known print_job;
	trouble text;
BEGIN
	UPDATE print_job SET state = now_is, says = keywords,
			printer_job = coalesce(at_printer, printer_job),
			tries = CASE WHEN now_is IN ('waiting', 'sending')
				THEN tries + 1 ELSE 0 END,
			look_at = CASE WHEN now_is NOT IN ('sent', 'unknown',
				'cancelled', 'failed', 'printed')
				THEN at + again END,
			ended_at = CASE WHEN now_is = 'printed' THEN at END,
			ended_by = CASE WHEN now_is = 'printed' THEN actor END
		WHERE run_no = of_run AND epoch = claim_epoch
			AND ended_at IS NULL
		RETURNING * INTO known;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	trouble := CASE now_is WHEN 'sent' THEN 'unconfirmed'
		WHEN 'waiting' THEN CASE WHEN known.tries >= 5
			THEN 'unreachable' END
		WHEN 'sending' THEN CASE WHEN known.tries >= 5
			THEN 'unreachable' END
		WHEN 'held' THEN 'stopped'
		WHEN 'stopped' THEN 'stopped'
		WHEN 'unknown' THEN 'unknown'
		WHEN 'cancelled' THEN 'cancelled'
		WHEN 'failed' THEN 'failed' END;
	UPDATE exception SET closed_at = at, closed_by = actor,
			resolution = 'went on'
		WHERE kind = 'print' AND subject = of_run AND closed_at IS NULL
			AND reason IS DISTINCT FROM trouble
			AND now_is NOT IN ('waiting', 'sending');
	IF trouble IS NOT NULL THEN
		PERFORM open_exception('print', NULL, of_run, trouble, at);
	END IF;
	IF now_is = 'printed' THEN
		PERFORM run_printed(of_run, at);
	END IF;
	RETURN true;
END
$$;
