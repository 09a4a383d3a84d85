-- The stages, in order of their names, and which of them are paused: by
-- whom, since and until when, why.
CREATE OR REPLACE FUNCTION stage_list(at timestamptz DEFAULT now())
RETURNS TABLE (stage text, about text, paused_at timestamptz,
	until timestamptz, paused_by text, reason text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT s.stage, s.about, p.paused_at, p.until, p.paused_by, p.reason
	FROM recard.stage s LEFT JOIN recard.stage_pause p
		ON p.stage = s.stage AND (p.until IS NULL OR p.until > at)
	ORDER BY s.stage
$$;
