-- Label runs, the newest first, and where their printing stands.
-- Parameters: days of cutting (Asia/Taipei), NULL: open ended; only those
-- that are at a printer or on their way; at most how many; the run to go on
-- after, state, state of printing and printer, NULL: any; whether only those
-- that ever went to a printer.
CREATE OR REPLACE FUNCTION label_run_list(first_day date, last_day date,
	printing boolean, at_most integer, after_run text DEFAULT NULL,
	of_state text DEFAULT NULL, of_print_state text DEFAULT NULL,
	of_printer text DEFAULT NULL, only_printers boolean DEFAULT false)
RETURNS TABLE (run_no text, area text, layout text, format text, state text,
	labels bigint, void bigint, sheets integer, created_at timestamptz,
	printer text, print_state text, says text, printer_job integer,
	ended_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT r.run_no, r.area, r.layout, r.format, r.state, c.labels, c.void,
		r.sheets, r.created_at, r.printer, p.state, nullif(p.says, ''),
		p.printer_job, p.ended_at
	FROM (SELECT r.* FROM recard.label_run r
		LEFT JOIN recard.print_job p USING (run_no)
		WHERE (first_day IS NULL
				OR r.created_at >= recard.day_begin(first_day))
			AND (last_day IS NULL
				OR r.created_at < recard.day_begin(last_day + 1))
			AND (after_run IS NULL OR r.sequence < (SELECT l.sequence
				FROM recard.label_run l
				WHERE l.run_no = after_run))
			AND (of_state IS NULL OR r.state = of_state)
			AND (of_print_state IS NULL OR p.state = of_print_state)
			AND (of_printer IS NULL OR p.printer = of_printer)
			AND (NOT only_printers OR p.run_no IS NOT NULL)
			AND (NOT printing OR p.run_no IS NOT NULL
				AND p.ended_at IS NULL)
		ORDER BY r.sequence DESC LIMIT at_most) AS r
	LEFT JOIN recard.print_job p USING (run_no),
	LATERAL (SELECT count(*) AS labels,
			count(*) FILTER (WHERE l.state = 'void') AS void
		FROM recard.label l WHERE l.run_no = r.run_no) AS c
	ORDER BY r.sequence DESC
$$;
