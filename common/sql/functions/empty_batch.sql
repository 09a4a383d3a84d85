-- Ends a batch whose cards were all cancelled or held. Its number stays its
-- own.
CREATE OR REPLACE FUNCTION empty_batch(of_batch text, claim_epoch integer)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	UPDATE card_batch b SET state = 'empty', cards = 0
		WHERE b.batch_no = of_batch AND b.epoch = claim_epoch
			AND b.state = 'cut' AND NOT EXISTS
				(SELECT FROM card_batch_line l
				WHERE l.batch_no = of_batch);
	RETURN FOUND;
END
$$;
