-- What was recorded on a day (in Taipei) as numbers and digests: moves of
-- orders, acts of operators, looks at personal data.
-- Returns: per kind, how many rows, and the SHA-256 (hex) over the SHA-256 of
-- each one's JSON array, in the order of its key.
CREATE OR REPLACE FUNCTION history_day(of_day date, OUT moves bigint,
	OUT moves_digest text, OUT acts bigint, OUT acts_digest text,
	OUT looks bigint, OUT looks_digest text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
SET timezone = 'UTC'
AS $$
	WITH day AS (
		SELECT recard.day_begin(of_day) AS begins,
			recard.day_begin(of_day + 1) AS ends,
			'YYYY-MM-DD"T"HH24:MI:SS.US"Z"' AS form
	), moved AS (
		SELECT h.order_no, h.move_no, sha256(convert_to(
			jsonb_build_array(h.order_no, h.move_no,
				to_char(h.at, d.form), h.event, h.from_status,
				h.to_status, h.actor, h.detail,
				to_char(h.recorded_at, d.form))::text, 'UTF8'))
			AS digest
		FROM recard.order_history h, day d
		WHERE h.recorded_at >= d.begins AND h.recorded_at < d.ends
	), acted AS (
		SELECT a.act_id, sha256(convert_to(jsonb_build_array(a.act_id,
				to_char(a.at, d.form), a.actor, a.act, a.subject,
				a.reason, to_char(a.recorded_at, d.form))::text,
			'UTF8')) AS digest
		FROM recard.operator_act a, day d
		WHERE a.recorded_at >= d.begins AND a.recorded_at < d.ends
	), looked AS (
		SELECT r.access_id, sha256(convert_to(jsonb_build_array(
				r.access_id, to_char(r.at, d.form), r.actor,
				r.order_no, r.purpose,
				to_char(r.recorded_at, d.form))::text, 'UTF8'))
			AS digest
		FROM recard.access_record r, day d
		WHERE r.recorded_at >= d.begins AND r.recorded_at < d.ends
	)
	SELECT m.n, m.digest, a.n, a.digest, l.n, l.digest
	FROM (SELECT count(*) AS n, encode(sha256(coalesce(string_agg(digest,
			''::bytea ORDER BY order_no, move_no), '')), 'hex')
			AS digest FROM moved) AS m,
		(SELECT count(*) AS n, encode(sha256(coalesce(string_agg(digest,
			''::bytea ORDER BY act_id), '')), 'hex') AS digest
			FROM acted) AS a,
		(SELECT count(*) AS n, encode(sha256(coalesce(string_agg(digest,
			''::bytea ORDER BY access_id), '')), 'hex') AS digest
			FROM looked) AS l
$$;
