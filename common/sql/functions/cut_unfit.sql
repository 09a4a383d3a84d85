-- Which of the jobs in hand must not go into a batch of this line, and what
-- becomes of them: the order is held when its holder's certificate is not
-- valid any more; the line is noted when it lacks a character of the name,
-- which is an exception when no other line has it.
-- Parameters: line; jobs, locked by the caller; who; the moment.
-- Returns: the jobs; NULL when there are none.
CREATE OR REPLACE FUNCTION cut_unfit(of_line text, jobs bigint[], actor text,
	at timestamptz) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	job record;
	unfit bigint[];
BEGIN
	FOR job IN SELECT j.job_no, j.order_no, o.product, c.status,
			unprintable(a.name, l.characters) AS lacking
		FROM card_job j JOIN orders o USING (order_no)
		JOIN applicant a USING (order_no)
		JOIN certificate c USING (card_no)
		JOIN card_line l ON l.line = of_line
		WHERE j.job_no = ANY (jobs) AND (c.status <> 'valid'
			OR unprintable(a.name, l.characters) IS NOT NULL)
		ORDER BY j.order_no
	LOOP
		unfit := unfit || job.job_no;
		IF job.status <> 'valid' THEN
			PERFORM hold_order(job.order_no, actor,
				'certificate_' || job.status, at);
			PERFORM open_exception('card', job.order_no,
				job.job_no::text, 'certificate_' || job.status,
				at);
			CONTINUE;
		END IF;
		UPDATE card_job SET unprintable_on = unprintable_on || of_line
			WHERE job_no = job.job_no;
		IF NOT EXISTS (SELECT FROM card_line l JOIN card_job j
			ON j.job_no = job.job_no
			WHERE (l.products = '{}' OR job.product = ANY (l.products))
				AND NOT l.line = ANY (j.unprintable_on))
		THEN
			PERFORM open_exception('card', job.order_no,
				job.job_no::text, 'unprintable ' || job.lacking,
				at);
		END IF;
	END LOOP;
	RETURN unfit;
END
$$;
