-- Takes one certificate of the CA's register; a known card is brought up to
-- date.
-- Parameters: {card_no, holder_id, name, not_after, rank, status, serial?}.
-- Returns: 'applied', or 'duplicate' when nothing differs.
-- Raises: RC010 'code: text', RC001 without a key.
CREATE OR REPLACE FUNCTION certificate_load(entry jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	field text;
	expiry date;
BEGIN
	IF jsonb_typeof(entry) IS DISTINCT FROM 'object' THEN
		PERFORM refuse('not_an_object', 'a certificate is a JSON object',
			'see recard-files(5)');
	END IF;
	FOREACH field IN ARRAY ARRAY['card_no', 'holder_id', 'name',
		'not_after', 'rank', 'status']
	LOOP
		IF jsonb_typeof(entry -> field) IS DISTINCT FROM 'string'
			OR btrim(entry ->> field) = ''
		THEN
			PERFORM refuse('missing_' || field,
				'field ' || field || ' is missing or no text',
				'give every field as text');
		END IF;
	END LOOP;
	IF entry ->> 'card_no' !~ '^[A-Z]{2}[0-9]{14}$' THEN
		PERFORM refuse('bad_card_no', 'card_no must be 2 capital '
			'letters and 14 digits', 'see recard-files(5)');
	END IF;
	IF NOT holder_id_ok(entry ->> 'holder_id') THEN
		PERFORM refuse('bad_holder_id', 'holder_id is no national ID or '
			'resident number, or its check digit is wrong',
			'check the ID for a slip');
	END IF;
	IF entry ->> 'rank' NOT IN ('primary', 'secondary') THEN
		PERFORM refuse('bad_rank', 'rank must be primary or secondary',
			'see recard-files(5)');
	END IF;
	IF entry ->> 'status' NOT IN
		('valid', 'suspended', 'revoked', 'inactive', 'deceased')
	THEN
		PERFORM refuse('bad_status', 'status must be valid, suspended, '
			'revoked, inactive or deceased', 'see recard-files(5)');
	END IF;
	BEGIN
		expiry := CASE WHEN entry ->> 'not_after' ~ '^\d{4}-\d\d-\d\d$'
			THEN (entry ->> 'not_after')::date
			ELSE taipei_date((entry ->> 'not_after')::timestamptz) END;
	EXCEPTION WHEN data_exception THEN
		PERFORM refuse('bad_not_after', 'not_after is no ISO 8601 date',
			'as 2026-12-31');
	END;
	INSERT INTO certificate AS c (card_no, holder_hash, name, not_after,
			rank, status, serial)
		VALUES (entry ->> 'card_no', holder_hash(entry ->> 'holder_id'),
			entry ->> 'name', expiry, entry ->> 'rank',
			entry ->> 'status', entry ->> 'serial')
		ON CONFLICT (card_no) DO UPDATE SET
			holder_hash = excluded.holder_hash,
			name = excluded.name, not_after = excluded.not_after,
			rank = excluded.rank, status = excluded.status,
			serial = coalesce(excluded.serial, c.serial),
			updated_at = now()
		WHERE (c.holder_hash, c.name, c.not_after, c.rank, c.status,
				c.serial)
			IS DISTINCT FROM (excluded.holder_hash, excluded.name,
				excluded.not_after, excluded.rank,
				excluded.status,
				coalesce(excluded.serial, c.serial));
	RETURN CASE WHEN FOUND THEN 'applied' ELSE 'duplicate' END;
END
$$;
