-- A label run, locked.
-- Raises: RC066 when there is none of this number.
CREATE OR REPLACE FUNCTION run_known(of_run text) RETURNS label_run
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	known label_run;
BEGIN
	SELECT * INTO known FROM label_run WHERE run_no = of_run FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC066', MESSAGE = format(
			'there is no label run %s', of_run),
			HINT = 'label list shows which there are';
	END IF;
	RETURN known;
END
$$;
