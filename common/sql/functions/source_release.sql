-- Gives back what source_claim() claimed, with what the look came to.
-- Parameters: its fetch_key; outcome: 'done' (all there was is here), 'more'
-- (some of it), 'failed'.
-- Returns: false when this session did not have it.
CREATE OR REPLACE FUNCTION source_release(of_key text, outcome text)
RETURNS boolean
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	UPDATE recard.postal_source SET
		looked_at = CASE outcome WHEN 'done' THEN look_began_at
			ELSE looked_at END,
		failing_since = CASE outcome WHEN 'failed'
			THEN coalesce(failing_since, look_began_at) END
	WHERE fetch_key = of_key;
	SELECT recard.fetch_release(of_key)
$$;
