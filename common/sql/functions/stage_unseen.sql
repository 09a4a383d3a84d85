-- Instances of a stage's program that seem to run and were not told yet of a
-- change of what is paused.
CREATE OR REPLACE FUNCTION stage_unseen(of_stage text, change bigint,
	at timestamptz DEFAULT now())
RETURNS TABLE (program text, host text, pid integer, seen_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT d.program, d.host, d.pid, d.seen_at
	FROM recard.daemon_instance d
	WHERE d.program = split_part(of_stage, '.', 1) AND d.ended_at IS NULL
		AND d.told < change
		-- Silent for longer: it does not run, or its connection is gone
		-- and it will ask when it is back.
		AND d.seen_at > at - interval '3 minutes'
	ORDER BY d.program, d.host, d.pid
$$;
