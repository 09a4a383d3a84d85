-- What has to happen again and again, and when each last went well.
CREATE OR REPLACE FUNCTION console_jobs(at timestamptz DEFAULT now())
RETURNS TABLE (job text, succeeded_at timestamptz, age interval)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT j.job, j.at, greatest(console_jobs.at - j.at, '0')
	FROM recard.job_success j ORDER BY j.job
$$;
