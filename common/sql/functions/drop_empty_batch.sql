-- Takes a batch whose cards were all cancelled off the list. Its number is
-- not used again.
CREATE OR REPLACE FUNCTION drop_empty_batch(of_batch text,
	claim_epoch integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	DELETE FROM card_batch b WHERE b.batch_no = of_batch
		AND b.epoch = claim_epoch AND b.state = 'cut' AND NOT EXISTS
			(SELECT FROM card_batch_line l
			WHERE l.batch_no = of_batch);
	RETURN FOUND;
END
$$;
