-- Looks at where and how somebody is to be reached, as an applicant gives it
-- or changes it.
-- Returns: as check_address().
-- Raises: RC010 for what no letter, call or mail would reach.
CREATE OR REPLACE FUNCTION check_delivery(postal_code text, address text,
	phone text, email text, OUT island boolean, OUT fits boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	SELECT a.island, a.fits INTO island, fits
		FROM check_address(postal_code, address) AS a;
	IF phone !~ '^[0-9+#() -]{6,20}$' THEN
		PERFORM refuse('bad_phone', 'phone must be 6 to 20 digits, '
			'blanks or + # ( ) -', 'as 0912-345-678');
	END IF;
	IF email !~ '^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$'
		OR length(email) > 254
	THEN
		PERFORM refuse('bad_email', 'email is no mail address',
			'as name@example.tw');
	END IF;
END
$$;
