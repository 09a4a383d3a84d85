-- Label runs, the newest first, a page at a time, and where their printing
-- stands.
-- Parameters: run that the former page ended with, NULL: the first page; at
-- most how many.
CREATE OR REPLACE FUNCTION console_label_runs(before text, at_most integer)
RETURNS TABLE (run_no text, layout text, state text, labels bigint,
	void bigint, sheets integer, created_at timestamptz,
	published_at timestamptz, printer text, print_state text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT r.run_no, r.layout, r.state, c.labels, c.void, r.sheets,
		r.created_at, r.published_at, r.printer, p.state
	FROM (SELECT * FROM recard.label_run r
		WHERE before IS NULL OR r.sequence < (SELECT f.sequence
			FROM recard.label_run f WHERE f.run_no = before)
		ORDER BY r.sequence DESC LIMIT at_most) AS r
	LEFT JOIN recard.print_job p USING (run_no),
	LATERAL (SELECT count(*) AS labels,
			count(*) FILTER (WHERE l.state = 'void') AS void
		FROM recard.label l WHERE l.run_no = r.run_no) AS c
	ORDER BY r.sequence DESC
$$;
