-- The keyed digest of what is frozen: HMAC-SHA-256 over name, postal code
-- and address, each ended by a line feed (none of them can hold one).
-- With the caller's rights, so that it costs no call of its own where a query
-- names it: of the roles only the owner reaches recard_crypto.
CREATE OR REPLACE FUNCTION address_digest(name text, postal_code text,
	address text, key bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE
AS $$
	SELECT recard_crypto.hmac(pg_catalog.convert_to(name || E'\n'
		|| postal_code || E'\n' || address || E'\n', 'UTF8'), key,
		'sha256')
$$;
