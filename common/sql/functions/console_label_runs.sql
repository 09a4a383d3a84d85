-- Label runs, the newest first, a page at a time, and where their printing
-- stands.
-- Parameters: state of the run, of its printing, NULL: any; days (Asia/Taipei)
-- of cutting from, to, NULL: any; run that the former page ended with, NULL:
-- the first page; at most how many.
CREATE OR REPLACE FUNCTION console_label_runs(of_state text, printing text,
	first_day date, last_day date, before text, at_most integer)
RETURNS TABLE (run_no text, layout text, state text, labels bigint,
	void bigint, sheets integer, created_at timestamptz,
	published_at timestamptz, printer text, print_state text, ways text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT r.run_no, r.layout, r.state, c.labels, c.void, r.sheets,
		r.created_at, r.published_at, r.printer, r.print_state,
		CASE WHEN r.print_state IN ('sent', 'unknown', 'cancelled',
			'failed') THEN 'print_confirm:' || r.run_no END
	FROM (SELECT r.*, p.state AS print_state FROM recard.label_run r
		LEFT JOIN recard.print_job p USING (run_no)
		WHERE (of_state IS NULL OR r.state = of_state)
			AND (printing IS NULL OR p.state = printing)
			-- A number begins with its day.
			AND r.run_no < coalesce(before, 'LS')
			AND r.run_no < coalesce('LR-' || to_char(last_day + 1,
				'YYYYMMDD'), 'LS')
			AND r.run_no > coalesce('LR-' || to_char(first_day,
				'YYYYMMDD'), '')
		ORDER BY r.run_no DESC LIMIT at_most) AS r,
	LATERAL (SELECT count(*) AS labels,
			count(*) FILTER (WHERE l.state = 'void') AS void
		FROM recard.label l WHERE l.run_no = r.run_no) AS c
	ORDER BY r.run_no DESC
$$;
