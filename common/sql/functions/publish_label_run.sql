-- Confirms that a run's file is handed out: its labels are printed.
-- Returns: whether it was this call that confirmed it.
CREATE OR REPLACE FUNCTION publish_label_run(of_run text,
	claim_epoch integer, actor text, at timestamptz DEFAULT now())
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	UPDATE label_run SET state = 'published', published_at = at
		WHERE run_no = of_run AND epoch = claim_epoch
			AND state = 'sealed';
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	UPDATE label SET state = 'printed', printed_at = at
		WHERE run_no = of_run AND state = 'pending';
	RETURN true;
END
$$;
