-- Claims the print job that is to be looked after next. One that waited is
-- being sent from now on, whatever becomes of the sender.
-- Parameters: how long nobody else may claim it, which is longer than a call
-- to a printer; how long a printer is sure to remember a job's name; the
-- moment.
-- Returns: no row when nothing is due. may_send is false when the document may
-- have arrived so long ago that the printer could have forgotten it: then it
-- is only asked. fresh: it was never tried, or nothing arrived.
CREATE OR REPLACE FUNCTION claim_print_job(lease interval, memory interval,
	at timestamptz DEFAULT now(), OUT run_no text, OUT epoch integer,
	OUT printer text, OUT may_send boolean, OUT fresh boolean,
	OUT format text, OUT digest text) RETURNS SETOF record
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	UPDATE recard.print_job p SET epoch = p.epoch + 1, look_at = at + lease,
			state = CASE p.state WHEN 'waiting' THEN 'sending'
				ELSE p.state END,
			sent_at = CASE p.state WHEN 'waiting' THEN at
				ELSE p.sent_at END
		FROM recard.label_run r
		WHERE p.run_no = (SELECT j.run_no FROM recard.print_job j
				WHERE j.look_at <= at
				ORDER BY j.look_at, j.run_no LIMIT 1
				FOR UPDATE SKIP LOCKED)
			AND r.run_no = p.run_no
		RETURNING p.run_no, p.epoch, p.printer,
			p.state = 'sending' AND p.sent_at > at - memory,
			p.state = 'sending' AND p.sent_at = at,
			r.format, r.digest
$$;
