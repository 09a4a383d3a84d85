-- Confirms that a batch's file has been handed out; ends the claim.
-- Returns: whether it was this call that confirmed it.
CREATE OR REPLACE FUNCTION publish_batch(of_batch text, claim_epoch integer,
	actor text, at timestamptz DEFAULT now()) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	UPDATE card_batch SET state = 'published', published_at = at
		WHERE batch_no = of_batch AND epoch = claim_epoch
			AND state = 'sealed';
	RETURN FOUND;
END
$$;
