-- Notes that a batch is at the line, whole, but not under its name yet, or
-- takes that back: from here on a file that is gone has been taken.
-- Returns: false when the claim is an old one.
CREATE OR REPLACE FUNCTION offer_batch(of_batch text, claim_epoch integer,
	whole boolean, at timestamptz DEFAULT now()) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	UPDATE card_batch SET offered_at = CASE WHEN whole
			THEN offer_batch.at END
		WHERE batch_no = of_batch AND epoch = claim_epoch
			AND sealed_at IS NOT NULL;
	RETURN FOUND;
END
$$;
