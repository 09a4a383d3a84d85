-- Claims the print job that is to be looked after next; see claim_batch() for
-- what a claim is. One that waited is being sent from now on, whatever
-- becomes of the sender.
-- Parameters: how long a printer is sure to remember a job's name; the moment.
-- Returns: no row when nothing is due. may_send is false when the document may
-- have arrived so long ago that the printer could have forgotten it: then it
-- is only asked.
CREATE OR REPLACE FUNCTION claim_print_job(memory interval,
	at timestamptz DEFAULT now(), OUT run_no text, OUT epoch integer,
	OUT printer text, OUT printer_job integer, OUT may_send boolean,
	OUT format text, OUT digest text) RETURNS SETOF record
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	candidate record;
BEGIN
	FOR candidate IN SELECT p.run_no, r.sequence FROM print_job p
		JOIN label_run r USING (run_no)
		WHERE p.look_at <= at ORDER BY p.look_at, r.sequence
	LOOP
		CONTINUE WHEN NOT pg_try_advisory_lock(726304,
			candidate.sequence);
		UPDATE print_job p SET epoch = p.epoch + 1,
				state = CASE p.state WHEN 'waiting'
					THEN 'sending' ELSE p.state END,
				sent_at = CASE p.state WHEN 'waiting'
					THEN at ELSE p.sent_at END
			FROM label_run r
			WHERE p.run_no = candidate.run_no AND p.look_at <= at
				AND r.run_no = p.run_no
			RETURNING p.run_no, p.epoch, p.printer, p.printer_job,
				p.state = 'sending' AND p.sent_at > at - memory,
				r.format, r.digest
			INTO run_no, epoch, printer, printer_job, may_send,
				format, digest;
		IF FOUND THEN
			RETURN NEXT;
			RETURN;
		END IF;
		PERFORM pg_advisory_unlock(726304, candidate.sequence);
	END LOOP;
END
$$;
