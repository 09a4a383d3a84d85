-- The digest of a line's chain of batches up to one of them: SHA-256 (hex)
-- over the former digest (empty for the first), the batch number and the
-- digest of its content, each ended by a line feed.
CREATE OR REPLACE FUNCTION chain_digest(former text, batch_no text,
	content_digest text) RETURNS text
LANGUAGE sql IMMUTABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT encode(sha256(convert_to(coalesce(former, '') || E'\n' || batch_no
		|| E'\n' || content_digest || E'\n', 'UTF8')), 'hex')
$$;
