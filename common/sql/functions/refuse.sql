-- Refuses an application: one place for the form of such errors.
-- Raises: RC010, message 'code: text'.
CREATE OR REPLACE FUNCTION refuse(code text, words text, way_out text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION USING ERRCODE = 'RC010', MESSAGE = code || ': ' || words,
		HINT = way_out;
END
$$;
