-- A run came out of the printer, or was handed out as a file: its labels that
-- are not void by now are printed.
CREATE OR REPLACE FUNCTION run_printed(of_run text, at timestamptz)
RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	UPDATE recard.label SET state = 'printed', printed_at = at
		WHERE run_no = of_run AND state = 'pending'
$$;
