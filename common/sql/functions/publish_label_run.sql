-- Confirms that a run's file is handed out. Without a printer that is all:
-- its labels are printed; otherwise it waits for the printer.
-- Returns: whether it was this call that confirmed it.
CREATE OR REPLACE FUNCTION publish_label_run(of_run text,
	claim_epoch integer, actor text, at timestamptz DEFAULT now())
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	to_printer text;
BEGIN
	UPDATE label_run SET state = 'published', published_at = at
		WHERE run_no = of_run AND epoch = claim_epoch
			AND state = 'sealed'
		RETURNING printer INTO to_printer;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	IF to_printer IS NULL THEN
		PERFORM run_printed(of_run, at);
	ELSE
		INSERT INTO print_job (run_no, printer, created_at, look_at)
			VALUES (of_run, to_printer, at, at);
	END IF;
	RETURN true;
END
$$;
