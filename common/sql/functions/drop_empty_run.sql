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
	IF NOT take_off_run(of_run, claim_epoch, blocked_labels,
		blocked_reasons, at)
	THEN
		RETURN false;
	END IF;
	DELETE FROM label_run r WHERE r.run_no = of_run AND NOT EXISTS
		(SELECT FROM label l WHERE l.run_no = of_run);
	RETURN FOUND;
END
$$;
