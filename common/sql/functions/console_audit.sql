-- What was done by hand, who looked at whom, and what was refused, the newest
-- first, a page at a time.
-- Parameters: SHA-256 of the reader's certificate; 'acts', 'accesses' or
-- 'refusals'; who, NULL: anybody; days (Asia/Taipei) from, to, NULL: any;
-- number (of refusals: moment, in microseconds) that the former
-- page ended with, NULL: the first page; at most how many.
-- Returns: none to who may not read it.
CREATE OR REPLACE FUNCTION console_audit(identity text, what text,
	of_actor text, first_day date, last_day date, before bigint, at_most integer, at timestamptz DEFAULT now())
RETURNS TABLE (key bigint, happened_at timestamptz, actor text, act text,
	subject text, reason text, times bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT listed.* FROM (SELECT coalesce(recard.day_begin(first_day),
			'-infinity') AS at) AS since,
	(SELECT coalesce(recard.day_begin(last_day + 1), 'infinity') AS at)
		AS until,
	LATERAL (
		(SELECT a.act_id, a.at, a.actor, a.act, a.subject, a.reason,
			1::bigint
		FROM recard.operator_act a
		WHERE what = 'acts' AND (before IS NULL OR a.act_id < before)
			AND (of_actor IS NULL OR a.actor = of_actor)
			AND a.at >= since.at AND a.at < until.at
		ORDER BY a.act_id DESC LIMIT at_most)
		UNION ALL
		(SELECT r.access_id, r.at, r.actor, 'look',
			recard.order_text(r.order_no), r.purpose, 1
		FROM recard.access_record r
		WHERE what = 'accesses'
			AND (before IS NULL OR r.access_id < before)
			AND (of_actor IS NULL OR r.actor = of_actor)
			AND r.at >= since.at AND r.at < until.at
		ORDER BY r.access_id DESC LIMIT at_most)
		UNION ALL
		(SELECT (extract(epoch FROM c.last_at) * 1000000)::bigint,
			c.last_at, coalesce(c.operator, left(c.fingerprint, 16)
				|| '…'),
			c.act, c.subject, CASE WHEN c.operator IS NULL
				THEN 'no operator in force' ELSE 'not in the '
				'rights of the role' END, c.times
		FROM recard.console_refusal c
		WHERE what = 'refusals' AND (before IS NULL OR c.last_at
			< to_timestamp(0) + before * interval '1 microsecond')
			AND (of_actor IS NULL OR c.operator = of_actor)
			AND c.last_at >= since.at AND c.last_at < until.at
		ORDER BY c.last_at DESC LIMIT at_most)) AS listed
	WHERE recard.console_may(identity, 'audit', console_audit.at)
$$;
