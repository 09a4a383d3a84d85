-- The keyed digest of what is frozen: HMAC-SHA-256 over name, postal code
-- and address, each ended by a line feed (none of them can hold one).
CREATE OR REPLACE FUNCTION address_digest(name text, postal_code text,
	address text, key bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT recard_crypto.hmac(convert_to(name || E'\n' || postal_code
		|| E'\n' || address || E'\n', 'UTF8'), key, 'sha256')
$$;
