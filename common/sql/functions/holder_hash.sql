-- Keyed hash of a national ID, for look-up and counting. The key is given
-- by the program in the session setting recard.holder_key (hex), so that a
-- dump of the database does not hold it.
-- Returns: 32 bytes; raises RC001 when the session has no key.
CREATE OR REPLACE FUNCTION holder_hash(id text) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	key text := current_setting('recard.holder_key', true);
BEGIN
	IF key IS NULL OR key !~ '^([0-9a-fA-F]{2}){32,}$' THEN
		RAISE EXCEPTION USING ERRCODE = 'RC001',
			MESSAGE = 'holder_key_missing: this session has no '
				'key for national IDs',
			HINT = 'SELECT set_config(''recard.holder_key'', '
				'<64 hex digits>, false) first';
	END IF;
	RETURN recard_crypto.hmac(convert_to(id, 'UTF8'), decode(key, 'hex'),
		'sha256');
END
$$;
