-- One notice, as pairs of name and value. Nothing personal.
CREATE OR REPLACE FUNCTION notice_show(of_notice bigint)
RETURNS TABLE (section text, name text, value text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT 'notice', v.name, v.value FROM recard.notice n
	LEFT JOIN recard.applicant a USING (order_no),
	LATERAL (VALUES ('notice', n.notice_id::text),
		('order_no', recard.order_text(n.order_no)), ('kind', n.kind),
		('language', a.language), ('state', n.state),
		('reason', n.reason), ('code', n.code),
		('due_at', recard.taipei_time(n.due_at)),
		('tries', n.tries::text),
		('next_try_at', CASE WHEN n.state = 'due'
			THEN recard.taipei_time(n.ready_at) END),
		('sent_at', recard.taipei_time(n.sent_at)),
		('ended_at', recard.taipei_time(n.ended_at)),
		('message', n.notice_id || '.' || n.mark)) AS v (name, value)
	WHERE n.notice_id = of_notice AND v.value IS NOT NULL
$$;
