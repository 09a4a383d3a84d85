-- Changes where an order of whoever holds the session is to go, until it is
-- paid.
-- Parameters: session; order; {postal_code?, address?, phone?, email?}; the
-- moment.
-- Returns: {"outlying_island", "warnings": [...]}; NULL for an order that is
-- none of his.
-- Raises: RC010 'code: text' when a rule refuses it, RC080 when the session is
-- over.
CREATE OR REPLACE FUNCTION citizen_edit(of_session bytea, of_order bigint,
	changes jsonb, at timestamptz DEFAULT now()) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	area record;
BEGIN
	IF NOT citizen_owns(of_session, of_order, 'edit', at) THEN
		RETURN NULL;
	END IF;
	BEGIN
		area := edit_applicant(of_order, changes, 'holder', at);
	EXCEPTION WHEN SQLSTATE 'RC021' THEN
		PERFORM refuse('frozen', 'the order is paid, and its data are '
			'frozen', 'customer service can say what is possible');
	WHEN SQLSTATE 'RC020' THEN
		-- Purged since we looked.
		RETURN NULL;
	END;
	RETURN jsonb_build_object('outlying_island', area.island, 'warnings',
		CASE WHEN area.fits THEN '[]'::jsonb
			ELSE '["postal_code_district"]' END);
END
$$;
