-- Confirms that a batch's file has been handed over, for the first time or
-- again. The line's answer is waited for from now on.
-- Parameters: batch and the epoch of the claim; resend_no of claim_batch();
-- the moment.
-- Returns: whether it was this call that confirmed it.
CREATE OR REPLACE FUNCTION publish_batch(of_batch text, claim_epoch integer,
	of_resend bigint, at timestamptz DEFAULT now()) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	UPDATE card_batch SET state = 'published', offered_at = NULL,
			published_at = publish_batch.at, acked_at = NULL,
			ack_reason = NULL
		WHERE batch_no = of_batch AND epoch = claim_epoch
			AND (state = 'sealed' OR of_resend IS NOT NULL
				AND state IN ('published', 'refused'));
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	UPDATE card_batch_resend SET sent_at = publish_batch.at
		WHERE resend_no = of_resend;
	RETURN true;
END
$$;
