-- Looks at where a letter is to go, as an applicant or an operator gives it.
-- Returns: whether that is an outlying island, and whether district and postal
-- code agree (they need not).
-- Raises: RC010 when it cannot be written on a letter, or is not in Taiwan.
CREATE OR REPLACE FUNCTION check_address(postal_code text, address text,
	OUT island boolean, OUT fits boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	IF address ~ U&'[\0001-\001F\007F-\009F\00AD\061C\180E\200B-\200F\2028-\202E\2060-\2069\FEFF\FFF9-\FFFB]'
		OR length(address) > 120
	THEN
		PERFORM refuse('bad_address', 'address holds a control or '
			'invisible character or is longer than 120',
			'type it again');
	END IF;
	IF postal_code !~ '^[0-9]{3}([0-9]{2,3})?$' THEN
		PERFORM refuse('bad_postal_code', 'postal_code must have 3, 5 or '
			'6 digits', 'the post''s site tells the code');
	END IF;
	SELECT bool_or(p.outlying_island), bool_or(
			strpos(translate(address, '臺', '台'),
				translate(p.district, '臺', '台')) > 0)
		INTO island, fits FROM postal_area p
		WHERE p.zip3 = left(postal_code, 3);
	IF fits IS NULL THEN
		PERFORM refuse('unknown_postal_code', 'no area in Taiwan has '
			'this postal code; only domestic addresses are served',
			'check the first three digits');
	END IF;
END
$$;
