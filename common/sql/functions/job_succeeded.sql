-- Notes that a job went well, to the minute: one that succeeds all the time
-- writes once in that.
CREATE OR REPLACE FUNCTION job_succeeded(of_job text,
	at timestamptz DEFAULT now()) RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	INSERT INTO recard.job_success AS j (job, at)
	VALUES (of_job, job_succeeded.at)
	ON CONFLICT (job) DO UPDATE SET at = excluded.at
		WHERE j.at < excluded.at - interval '1 minute'
$$;
