-- The sources of postal files, and how each is doing.
-- Returns: place: host or folder; looked_at: the last look that saw all there
-- was; the last file, when it was taken and what came of it; expected_at: the
-- hour that has no file, or else the next one; state: 'failing' (looks fail),
-- 'absent', 'rejected' (its hour passed and no file was booked; one was
-- rejected), 'waiting' (a file is expected today), 'ok'; since: of the first
-- three.
CREATE OR REPLACE FUNCTION source_list(at timestamptz DEFAULT now())
RETURNS TABLE (source text, place text, looked_at timestamptz, file text,
	taken_at timestamptz, outcome text, expected_at timestamptz, state text,
	since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT s.source, s.place, s.looked_at, l.name, l.taken_at, l.outcome,
		coalesce(m.missed, n.next), CASE
			WHEN s.failing_since IS NOT NULL THEN 'failing'
			WHEN m.missed IS NOT NULL THEN m.reason
			WHEN n.next IS NOT NULL AND recard.taipei_date(n.next)
				= recard.taipei_date(at) AND NOT n.here
			THEN 'waiting' ELSE 'ok' END,
		CASE WHEN s.failing_since IS NOT NULL THEN s.failing_since
			ELSE m.missed END
	FROM recard.postal_source s
	LEFT JOIN LATERAL (SELECT i.name, i.taken_at, i.outcome
		FROM recard.import i WHERE i.source = s.source
		ORDER BY i.taken_at DESC, i.import_id DESC LIMIT 1) AS l ON true
	LEFT JOIN LATERAL (SELECT e.* FROM recard.postal_expectation e
		WHERE e.source = s.source
		ORDER BY e.expected_at DESC LIMIT 1) AS e ON true
	-- Hours that came while no daemon looked count all the same.
	LEFT JOIN LATERAL (SELECT min(moment) AS first,
			max(moment) AS last
		FROM recard.daily_moments(s.expect_by, s.working_days,
			greatest(s.expected_from, e.expected_at,
				at - interval '31 days'), at) AS moment)
		AS unseen ON true
	LEFT JOIN LATERAL (SELECT coalesce(x.missed, unseen.first) AS missed,
			coalesce(x.reason, CASE WHEN EXISTS (SELECT
				FROM recard.import i WHERE i.source = s.source
				AND i.outcome = 'rejected'
				AND i.taken_at > coalesce(e.expected_at,
					unseen.first - interval '1 day'))
				THEN 'rejected' ELSE 'absent' END) AS reason
		FROM (SELECT 1) AS one
		LEFT JOIN (SELECT x.reason, min(p.expected_at) AS missed
			FROM recard.exception x
			JOIN recard.postal_expectation p USING (exception_id)
			WHERE x.kind = 'source' AND x.subject = s.source
				AND x.closed_at IS NULL
			GROUP BY x.reason) AS x ON true
		WHERE s.expect_by <> '{}' AND recard.source_file(s.source,
			coalesce(e.expected_at, unseen.first - interval '1 day'),
			at) IS NULL) AS m ON true
	LEFT JOIN LATERAL (SELECT min(moment) AS next, recard.source_file(
			s.source, coalesce(unseen.last, e.expected_at,
				recard.day_end(at) - interval '1 day'), at)
			IS NOT NULL AS here
		FROM recard.daily_moments(s.expect_by, s.working_days, at,
			at + interval '31 days') AS moment) AS n ON true
	WHERE s.retired_at IS NULL
	ORDER BY s.source
$$;
