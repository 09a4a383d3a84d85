-- Opens a claim: the post says that a letter was delivered, or it should have
-- been, and the holder has no card.
-- Returns: the number of the claim.
-- Raises: RC069 when the order is not in the post or delivered, or has an open
-- claim.
CREATE OR REPLACE FUNCTION claim_open(of_order bigint, actor text, reason text,
	at timestamptz DEFAULT now()) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	state order_status;
	opened bigint;
BEGIN
	SELECT status INTO state FROM orders WHERE order_no = of_order FOR SHARE;
	IF state IS NULL OR state NOT IN ('mailed', 'delivered', 'returned',
		'activated')
	THEN
		RAISE EXCEPTION USING ERRCODE = 'RC069', MESSAGE = format(
			'order %s %s: there is no letter to claim',
			order_text(of_order), coalesce('is ' || state,
			'does not exist')), HINT = 'order show tells where it is';
	END IF;
	INSERT INTO claim (order_no, opened_at, opened_by, reason)
		VALUES (of_order, at, actor, reason)
		ON CONFLICT (order_no) WHERE closed_at IS NULL DO NOTHING
		RETURNING claim_id INTO opened;
	IF opened IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'RC069', MESSAGE = format(
			'order %s has an open claim', order_text(of_order)),
			HINT = 'claim list shows it; claim note adds to it';
	END IF;
	PERFORM act(actor, 'open claim', order_text(of_order), reason, at);
	RETURN opened;
END
$$;
