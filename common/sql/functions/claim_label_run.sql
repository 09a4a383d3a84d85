-- Claims the oldest label run that is to be rendered or published; see
-- claim_batch() for what a claim is.
CREATE OR REPLACE FUNCTION claim_label_run(OUT run_no text, OUT state text,
	OUT epoch integer, OUT layout text, OUT start_cell integer,
	OUT created_at timestamptz, OUT digest text, OUT format text)
RETURNS SETOF record
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	candidate record;
BEGIN
	PERFORM pg_advisory_unlock_all();
	FOR candidate IN SELECT r.run_no, r.sequence FROM label_run r
		WHERE r.state IN ('cut', 'sealed') ORDER BY r.sequence
	LOOP
		CONTINUE WHEN NOT pg_try_advisory_lock(726302, candidate.sequence);
		UPDATE label_run r SET epoch = r.epoch + 1
			WHERE r.run_no = candidate.run_no
				AND r.state IN ('cut', 'sealed')
			RETURNING r.run_no, r.state, r.epoch, r.layout,
				r.start_cell, r.created_at, r.digest, r.format
			INTO run_no, state, epoch, layout, start_cell,
				created_at, digest, format;
		IF FOUND THEN
			RETURN NEXT;
			RETURN;
		END IF;
		PERFORM pg_advisory_unlock(726302, candidate.sequence);
	END LOOP;
END
$$;
