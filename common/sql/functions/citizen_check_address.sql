-- Looks at an address while somebody fills it in.
-- Returns: {"outlying_island", "warnings": [...]}.
-- Raises: RC080 when the session is over, RC010 for an address that no letter
-- reaches.
CREATE OR REPLACE FUNCTION citizen_check_address(of_session bytea,
	postal_code text, address text, at timestamptz DEFAULT now())
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	area record;
BEGIN
	PERFORM citizen_of(of_session, at);
	area := check_address(postal_code, address);
	RETURN jsonb_build_object('outlying_island', area.island, 'warnings',
		CASE WHEN area.fits THEN '[]'::jsonb
			ELSE '["postal_code_district"]' END);
END
$$;
