-- A mail address as it is shown to somebody who need not see it: its first
-- character, and the end of its domain.
CREATE OR REPLACE FUNCTION mask_email(address text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
	SELECT left(address, 1) || '○○@○○'
		|| coalesce(substring(address FROM '\.[A-Za-z]+$'), '')
$$;
