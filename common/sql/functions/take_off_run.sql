-- Takes off a run that is being rendered the labels that cannot be printed,
-- which go to the worklist, and those that were voided meanwhile.
-- Parameters: run and epoch of the claim; the labels and why; the moment.
-- Returns: false when the claim is an old one, and nothing was done.
CREATE OR REPLACE FUNCTION take_off_run(of_run text, claim_epoch integer,
	blocked_labels bigint[], blocked_reasons text[], at timestamptz)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM FROM label_run WHERE run_no = of_run AND epoch = claim_epoch
		AND state = 'cut' FOR UPDATE;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	UPDATE label l SET blocked = b.reason, run_no = NULL, place = NULL
		FROM unnest(blocked_labels, blocked_reasons)
			AS b (label_no, reason)
		WHERE l.label_no = b.label_no AND l.run_no = of_run
			AND l.state = 'pending';
	PERFORM open_exception('label', l.order_no, l.label_no::text,
			l.blocked, at)
		FROM label l WHERE l.label_no = ANY (blocked_labels)
			AND l.blocked IS NOT NULL;
	UPDATE label SET run_no = NULL, place = NULL
		WHERE run_no = of_run AND state = 'void';
	RETURN true;
END
$$;
