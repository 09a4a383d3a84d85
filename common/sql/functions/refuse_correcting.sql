-- Refuses to decide about returned mail while two people decide about its
-- address, or have decided.
-- Raises: RC064 when a correction is under way.
CREATE OR REPLACE FUNCTION refuse_correcting(of_order bigint) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	asked bigint := (SELECT c.decision_no FROM address_correction c
		WHERE c.order_no = of_order AND c.outcome IS NULL);
BEGIN
	IF asked IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'RC064', MESSAGE = format(
			'order %s: another address is asked for, by request %s',
			order_text(of_order), asked),
			HINT = 'approve or decline it first; once approved, '
				'recard-manufacture sends the letter';
	END IF;
END
$$;
