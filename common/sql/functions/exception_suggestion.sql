-- What to do about an open exception, in words.
-- Parameters: kind and reason.
CREATE OR REPLACE FUNCTION exception_suggestion(of_kind text, why text)
RETURNS text
LANGUAGE sql IMMUTABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT coalesce(recard.exception_way_out(of_kind, why), CASE
		WHEN why LIKE 'ack\_%' THEN 'ask the line, then close'
		WHEN of_kind = 'source' THEN 'ask who sends the files; one that '
			'comes ends this'
		WHEN of_kind = 'batch'
			THEN 'batch resend, or batch abandon; then close'
		WHEN of_kind = 'mail' THEN 'notice retry, or tell the holder '
			'another way, then close'
		ELSE 'look into it, then close' END)
$$;
