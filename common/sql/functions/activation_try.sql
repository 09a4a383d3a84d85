-- Books one try: a right one activates card and order, once; the fourth
-- wrong one locks.
-- Returns: 'activated', 'wrong', 'locked', or 'not_open'.
CREATE OR REPLACE FUNCTION activation_try(of_order bigint, right_code boolean,
	actor text, at timestamptz DEFAULT now()) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	known activation;
BEGIN
	PERFORM FROM orders WHERE order_no = of_order
		AND status IN ('mailed', 'delivered') FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'not_open';
	END IF;
	SELECT * INTO known FROM activation WHERE order_no = of_order
		FOR UPDATE;
	IF known.locked_at IS NOT NULL THEN
		RETURN 'locked';
	END IF;
	IF right_code IS NOT TRUE THEN
		UPDATE activation SET tries = tries + 1, locked_at = CASE
				WHEN tries + 1 >= 4 THEN at END
			WHERE order_no = of_order
			RETURNING * INTO known;
		RETURN CASE WHEN known.locked_at IS NULL THEN 'wrong'
			ELSE 'locked' END;
	END IF;
	UPDATE activation SET activated_at = at, tries = 0
		WHERE order_no = of_order;
	UPDATE certificate c SET status = 'valid', updated_at = at
		FROM card_job j WHERE j.order_no = of_order
			AND j.state = 'made' AND c.card_no = j.new_card_no;
	PERFORM advance(ARRAY[of_order], 'activated', actor, '{}', at);
	RETURN 'activated';
END
$$;
