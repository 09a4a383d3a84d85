-- Takes a run on which no label is left off the list. Its number is not used
-- again.
CREATE OR REPLACE FUNCTION drop_empty_run(of_run text, claim_epoch integer,
	blocked_labels bigint[], blocked_reasons text[],
	at timestamptz DEFAULT now()) RETURNS boolean
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
	DELETE FROM label_run r WHERE r.run_no = of_run AND NOT EXISTS
		(SELECT FROM label l WHERE l.run_no = of_run);
	RETURN FOUND;
END
$$;
