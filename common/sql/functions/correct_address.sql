-- Asks that a letter that came back goes to another address: two people decide
-- it, then freeze_corrections() sends it again.
-- Parameters: order; the postal code and address that are right; who; why.
-- Returns: the number of the request; warning: postal_code_district when the
-- two do not agree, which is no error.
-- Raises: RC010 when the address cannot be used; RC064 when the letter has not
-- come back, or a correction is under way.
CREATE OR REPLACE FUNCTION correct_address(of_order bigint, postal_code text,
	address text, actor text, reason text, at timestamptz DEFAULT now(),
	OUT request bigint, OUT warning text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_variable
BEGIN
	IF btrim(coalesce(postal_code, '')) = '' OR btrim(coalesce(address, '')) = ''
	THEN
		PERFORM refuse('bad_address',
			'postal_code and address must both be given',
			'as {"postal_code": "100006", "address": "…"}');
	END IF;
	warning := CASE WHEN NOT (check_address(postal_code, address)).fits
		THEN 'postal_code_district' END;
	PERFORM FROM orders o WHERE o.order_no = of_order FOR UPDATE;
	IF EXISTS (SELECT FROM label l JOIN addressee a USING (label_no)
		WHERE l.order_no = of_order AND l.state <> 'void'
			AND (a.postal_code, a.address) = (postal_code, address))
	THEN
		RAISE EXCEPTION USING ERRCODE = 'RC064', MESSAGE = format(
			'order %s: that is the address it came back from',
			order_text(of_order)),
			HINT = 'order remail without --correction sends it '
				'there again';
	END IF;
	request := decision_request('correct_address', order_text(of_order),
		actor, reason, at);
	INSERT INTO address_correction (order_no, version, decision_no,
			postal_code, address)
		SELECT of_order, 2 + count(*), request, postal_code, address
		FROM address_correction c WHERE c.order_no = of_order;
END
$$;
