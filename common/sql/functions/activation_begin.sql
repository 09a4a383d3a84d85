-- Reserves a try of the user code, before anybody computes its slow hash: it
-- counts as wrong until activation_end() says otherwise, and the fourth locks.
-- However many come at once, four get a hash to try against.
-- Parameters: session; order; the moment.
-- Returns: 'open' with hash and number of the try; else without:
-- 'no_such_order' (none of his), 'not_open' (its card is not in the post yet,
-- or is no more), 'locked', 'activated'.
-- Raises: RC080 when the session is over.
CREATE OR REPLACE FUNCTION activation_begin(of_session bytea, of_order bigint,
	at timestamptz DEFAULT now(),
	OUT state text, OUT hash text, OUT try_no integer)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	known activation;
BEGIN
	IF NOT citizen_owns(of_session, of_order, 'activate', at) THEN
		state := 'no_such_order';
		RETURN;
	END IF;
	-- The order first, as everywhere.
	PERFORM FROM orders WHERE order_no = of_order FOR NO KEY UPDATE;
	SELECT * INTO known FROM activation WHERE order_no = of_order
		FOR UPDATE;
	state := CASE WHEN known.activated_at IS NOT NULL THEN 'activated'
		WHEN known.locked_at IS NOT NULL THEN 'locked'
		WHEN activation_open(of_order) THEN 'open'
		ELSE 'not_open' END;
	IF state <> 'open' THEN
		RETURN;
	END IF;
	UPDATE activation SET tries = tries + 1, last_try = last_try + 1,
			locked_at = CASE WHEN tries = 3
				THEN activation_begin.at END
		WHERE order_no = of_order
		RETURNING user_code_hash, last_try INTO hash, try_no;
	INSERT INTO activation_attempt (order_no, try_no, begun_at)
		VALUES (of_order, activation_begin.try_no, activation_begin.at);
END
$$;
