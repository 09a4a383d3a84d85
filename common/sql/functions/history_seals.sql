-- The seals from a day on, the oldest first, each with the text that is signed.
CREATE OR REPLACE FUNCTION history_seals(from_day date)
RETURNS TABLE (day date, moves bigint, acts bigint, looks bigint,
	digest text, sealed_at timestamptz, sealed_by text, content text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT s.day, s.moves, s.acts, s.looks, s.digest, s.sealed_at,
		s.sealed_by, recard.history_text(s.day, s.moves, s.moves_digest,
			s.acts, s.acts_digest, s.looks, s.looks_digest,
			s.previous) || 'T,' || s.digest || E'\n'
	FROM recard.history_seal s
	WHERE from_day IS NULL OR s.day >= from_day
	ORDER BY s.day
$$;
