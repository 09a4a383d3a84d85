-- Closes a claim with what came of it.
-- Raises: RC069 when there is no such open claim.
CREATE OR REPLACE FUNCTION claim_close(of_claim bigint, actor text,
	outcome text, at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_order bigint;
BEGIN
	UPDATE claim SET closed_at = at, closed_by = actor,
			outcome = claim_close.outcome
		WHERE claim_id = of_claim AND closed_at IS NULL
		RETURNING order_no INTO of_order;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC069', MESSAGE = format(
			'there is no open claim %s', of_claim),
			HINT = 'claim list shows which there are';
	END IF;
	PERFORM act(actor, 'close claim', order_text(of_order), outcome, at);
END
$$;
