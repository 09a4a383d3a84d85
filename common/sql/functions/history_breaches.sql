-- Where the history is not what was sealed, from a day on (NULL: all of it).
-- Looks at personal data go after five years (prune()), moves and acts never.
CREATE OR REPLACE FUNCTION history_breaches(from_day date,
	at timestamptz DEFAULT now())
RETURNS TABLE (day date, breach text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	WITH seal AS (
		SELECT s.*, lag(s.day) OVER w AS day_before,
			lag(s.digest) OVER w AS digest_before
		FROM recard.history_seal s WINDOW w AS (ORDER BY s.day)
	), looked_at AS (
		SELECT s.*, h.moves AS moves_now, h.moves_digest AS moves_digest_now,
			h.acts AS acts_now, h.acts_digest AS acts_digest_now,
			h.looks AS looks_now, h.looks_digest AS looks_digest_now
		FROM seal s, LATERAL recard.history_day(s.day) AS h
		WHERE from_day IS NULL OR s.day >= from_day
	)
	SELECT s.day, b.breach FROM looked_at s, LATERAL (
		SELECT format('%s moves of orders were sealed, %s are there%s',
			s.moves, s.moves_now, CASE WHEN s.moves = s.moves_now
				THEN ', but not the same' ELSE '' END) AS breach
		WHERE s.moves_digest <> s.moves_digest_now
		UNION ALL
		SELECT format('%s acts of operators were sealed, %s are there%s',
			s.acts, s.acts_now, CASE WHEN s.acts = s.acts_now
				THEN ', but not the same' ELSE '' END)
		WHERE s.acts_digest <> s.acts_digest_now
		UNION ALL
		SELECT format('%s looks at personal data were sealed, %s are '
			'there%s', s.looks, s.looks_now, CASE
				WHEN s.looks = s.looks_now
				THEN ', but not the same' ELSE '' END)
		WHERE s.looks_digest <> s.looks_digest_now
			AND s.day >= recard.taipei_date(at - interval '5 years')
		UNION ALL
		SELECT 'its seal was changed' WHERE s.digest <> encode(sha256(
			convert_to(recard.history_text(s.day, s.moves,
				s.moves_digest, s.acts, s.acts_digest, s.looks,
				s.looks_digest, s.previous), 'UTF8')), 'hex')
		UNION ALL
		SELECT 'the seals before it are missing, or others'
		WHERE s.previous <> coalesce(s.digest_before, repeat('0', 64))
			OR s.day_before <> s.day - 1) AS b
	ORDER BY s.day, b.breach
$$;
