-- Deletes what nobody needs any more and no rule keeps. Looks at personal data
-- are kept for five years; orders, moves, acts, payments and proofs of deletion
-- stay.
-- Returns: a row each rule: what, how many rows went, and the rule.
CREATE OR REPLACE FUNCTION prune(at timestamptz DEFAULT now())
RETURNS TABLE (what text, rows bigint, rule text)
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	WITH looks AS (
		-- Whole days, as they were sealed.
		DELETE FROM recard.access_record a
		WHERE a.recorded_at < recard.taipei_date(at - interval '5 years')
			::timestamp AT TIME ZONE 'Asia/Taipei'
		RETURNING 1
	), files AS (
		DELETE FROM recard.fetched_file f
		WHERE f.removed_at < at - interval '90 days' RETURNING 1
	), daemons AS (
		DELETE FROM recard.daemon_instance d
		WHERE d.seen_at < at - interval '30 days' RETURNING 1
	), pauses AS (
		DELETE FROM recard.stage_pause p WHERE p.until < at RETURNING 1
	), forms AS (
		DELETE FROM recard.console_form f
		WHERE f.done_at < at - interval '7 days' RETURNING 1
	), sessions AS (
		DELETE FROM recard.citizen_session s
		WHERE s.begun_at <= at - interval '8 hours'
			OR s.seen_at <= at - s.idle RETURNING 1
	), challenges AS (
		-- The portal gives each two minutes.
		DELETE FROM recard.login_challenge_used u
		WHERE u.used_at < at - interval '1 day' RETURNING 1
	), logins AS (
		DELETE FROM recard.login_attempt l
		WHERE l.at < prune.at - interval '1 day' RETURNING 1
	)
	SELECT 'access_record', (SELECT count(*) FROM looks),
		'looks at personal data, after five years'
	UNION ALL SELECT 'fetched_file', (SELECT count(*) FROM files),
		'files removed at their source 90 days ago'
	UNION ALL SELECT 'daemon_instance', (SELECT count(*) FROM daemons),
		'runs of daemons, seen last 30 days ago'
	UNION ALL SELECT 'stage_pause', (SELECT count(*) FROM pauses),
		'pauses that are over'
	UNION ALL SELECT 'console_form', (SELECT count(*) FROM forms),
		'forms of the console, done seven days ago'
	UNION ALL SELECT 'citizen_session', (SELECT count(*) FROM sessions),
		'sessions of the portal that are over'
	UNION ALL SELECT 'login_challenge_used',
		(SELECT count(*) FROM challenges),
		'challenges of the portal, answered a day ago'
	UNION ALL SELECT 'login_attempt', (SELECT count(*) FROM logins),
		'log-ins at the portal, a day ago'
$$;
