-- Takes the application of whoever holds a session, for the card with which he
-- logged in: card and holder are the session's, whatever the application says.
-- Parameters: session; the application as in submit(), without card_no and
-- holder_id, with user_code_hash in place of the code; the moment.
-- Returns, and raises: as submit(); RC080 when the session is over.
CREATE OR REPLACE FUNCTION citizen_apply(of_session bytea, application jsonb,
	at timestamptz DEFAULT now()) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	citizen record;
BEGIN
	citizen := citizen_of(of_session, at);
	IF jsonb_typeof(application) = 'object' THEN
		application := application || (SELECT jsonb_build_object(
				'card_no', c.card_no, 'name', c.name)
			FROM certificate c WHERE c.card_no = citizen.card_no);
	END IF;
	RETURN take_application(application, citizen.holder_hash, 'holder', at);
END
$$;
