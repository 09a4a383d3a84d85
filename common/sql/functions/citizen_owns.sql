-- Whether an order belongs to whoever holds a session: the one place that
-- decides it. Asking for another's order, or for one that there is not, is
-- recorded, and looks the same. Who asks for many of them is logged out.
-- Parameters: session; order; what for; the moment.
-- Raises: RC080 when the session is over.
CREATE OR REPLACE FUNCTION citizen_owns(of_session bytea, of_order bigint,
	purpose text, at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	citizen record;
	asked integer;
BEGIN
	citizen := citizen_of(of_session, at);
	IF EXISTS (SELECT FROM applicant a WHERE a.order_no = of_order
		AND a.holder_hash = citizen.holder_hash)
	THEN
		RETURN true;
	END IF;
	-- Of a purged order nothing may lead to a person, and it may be his.
	INSERT INTO access_record (at, actor, order_no, purpose)
		VALUES (citizen_owns.at, CASE WHEN EXISTS (SELECT FROM orders o
				WHERE o.order_no = of_order
					AND o.status = 'purged')
			THEN 'holder' ELSE 'holder '
				|| left(encode(citizen.holder_hash, 'hex'), 12) END,
			coalesce(of_order, 0),
			'portal, refused: ' || citizen_owns.purpose);
	UPDATE citizen_session SET strays = strays + 1
		WHERE session = of_session RETURNING strays INTO asked;
	IF asked >= 20 THEN
		PERFORM citizen_logout(of_session);
	END IF;
	RETURN false;
END
$$;
