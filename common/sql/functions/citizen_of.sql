-- Who a session of the portal belongs to. That he is there is noted once a
-- minute.
-- Parameters: SHA-256 of the secret in the cookie; the moment.
-- Raises: RC080 when there is no such session, or it is over: nobody asked for
-- anything for as long as the portal lets it idle, or it is eight hours old.
CREATE OR REPLACE FUNCTION citizen_of(of_session bytea, at timestamptz,
	OUT card_no text, OUT holder_hash bytea)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	known citizen_session;
BEGIN
	SELECT * INTO known FROM citizen_session s
		WHERE s.session = of_session
			AND s.begun_at > citizen_of.at - interval '8 hours'
			AND s.seen_at > citizen_of.at - s.idle;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC080', MESSAGE =
			'session_over: you are not logged in, or no longer',
			HINT = 'log in with the card again';
	END IF;
	IF known.seen_at < at - interval '1 minute' THEN
		UPDATE citizen_session s SET seen_at = citizen_of.at
			WHERE s.session = of_session
				AND s.seen_at < citizen_of.at;
	END IF;
	card_no := known.card_no;
	holder_hash := known.holder_hash;
END
$$;
