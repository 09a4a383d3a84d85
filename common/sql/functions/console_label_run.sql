-- One label run, as pairs of name and value: what it is, and where its
-- printing stands.
CREATE OR REPLACE FUNCTION console_label_run(of_run text)
RETURNS TABLE (section text, name text, value text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT v.section, v.name, v.value FROM recard.label_run r
	LEFT JOIN recard.print_job p USING (run_no),
	LATERAL (SELECT count(*) AS labels,
			count(*) FILTER (WHERE l.state = 'void') AS void
		FROM recard.label l WHERE l.run_no = r.run_no) AS c,
	LATERAL (VALUES (1, 'label_run', 'run_no', r.run_no),
		(2, 'label_run', 'layout', r.layout),
		(3, 'label_run', 'state', r.state),
		(4, 'label_run', 'labels', c.labels::text),
		(5, 'label_run', 'void', c.void::text),
		(6, 'label_run', 'sheets', r.sheets::text),
		(7, 'label_run', 'created_at', recard.taipei_time(r.created_at)),
		(8, 'label_run', 'published_at',
			recard.taipei_time(r.published_at)),
		(9, 'print', 'printer', CASE WHEN p.run_no IS NOT NULL
			THEN r.printer END),
		(10, 'print', 'print_state', p.state),
		(11, 'print', 'says', nullif(p.says, '')),
		(12, 'print', 'ended_at', recard.taipei_time(p.ended_at)),
		(13, 'print', 'ended_by', p.ended_by))
		AS v (place, section, name, value)
	WHERE r.run_no = of_run AND v.value IS NOT NULL
	UNION ALL
	(SELECT 'acts', recard.taipei_time(a.at),
		a.actor || ': ' || a.act || ': ' || a.reason
	FROM recard.operator_act a WHERE a.subject = ANY (ARRAY(
		SELECT of_run || CASE WHEN n > 0 THEN ' sheet ' || n ELSE '' END
		FROM recard.label_run r,
			generate_series(0, coalesce(r.sheets, 0)) AS n
		WHERE r.run_no = of_run))
	ORDER BY a.at, a.act_id)
$$;
