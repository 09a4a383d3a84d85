-- A batch, locked.
-- Raises: RC063 when there is none of that number.
CREATE OR REPLACE FUNCTION batch_known(of_batch text) RETURNS card_batch
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	known card_batch;
BEGIN
	SELECT * INTO known FROM card_batch WHERE batch_no = of_batch FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC063',
			MESSAGE = format('there is no batch %s', of_batch),
			HINT = 'batch list shows which there are';
	END IF;
	RETURN known;
END
$$;
