-- Books what came of a try. The right code activates card and order, once, and
-- gives the tries back, also when others have locked it since: the try was
-- reserved before. A try of a code that has been reset since is void.
-- Parameters: session; order; number of the try; whether the code was right;
-- the moment.
-- Returns: 'activated'; 'wrong'; 'locked': wrong, and there is no other try;
-- 'not_open': the card can no longer be activated, or the code has been reset,
-- or there is no such try; 'no_such_order': none of his.
-- Raises: RC080 when the session is over.
CREATE OR REPLACE FUNCTION activation_end(of_session bytea, of_order bigint,
	of_try integer, right_code boolean, at timestamptz DEFAULT now())
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	known activation;
	was activation_attempt;
	state order_status;
BEGIN
	IF NOT citizen_owns(of_session, of_order, 'activate', at) THEN
		RETURN 'no_such_order';
	END IF;
	SELECT status INTO state FROM orders WHERE order_no = of_order
		FOR UPDATE;
	SELECT * INTO known FROM activation WHERE order_no = of_order
		FOR UPDATE;
	SELECT * INTO was FROM activation_attempt
		WHERE order_no = of_order AND try_no = of_try;
	IF NOT FOUND OR of_try <= known.void_until THEN
		RETURN 'not_open';
	END IF;
	-- The answer may have been lost: what was said stays said.
	IF was.ended_at IS NULL THEN
		was.right_code := coalesce(activation_end.right_code, false);
		UPDATE activation_attempt SET ended_at = activation_end.at,
				right_code = was.right_code
			WHERE order_no = of_order AND try_no = of_try;
	END IF;
	IF NOT was.right_code THEN
		RETURN CASE WHEN known.locked_at IS NULL THEN 'wrong'
			ELSE 'locked' END;
	END IF;
	IF known.activated_at IS NOT NULL THEN
		RETURN 'activated';
	END IF;
	-- As activation_open() has it, but for the lock.
	IF state NOT IN ('mailed', 'delivered') OR NOT EXISTS (SELECT
		FROM card_job j JOIN certificate c ON c.card_no = j.new_card_no
		WHERE j.order_no = of_order AND j.state = 'made'
			AND c.status IN ('inactive', 'valid'))
	THEN
		RETURN 'not_open';
	END IF;
	UPDATE activation SET activated_at = activation_end.at, tries = 0,
			locked_at = NULL
		WHERE order_no = of_order;
	UPDATE certificate c SET status = 'valid',
			updated_at = activation_end.at
		FROM card_job j WHERE j.order_no = of_order
			AND j.state = 'made' AND c.card_no = j.new_card_no
			AND c.status = 'inactive';
	PERFORM advance(ARRAY[of_order], 'activated', 'holder', '{}',
		activation_end.at);
	RETURN 'activated';
END
$$;
