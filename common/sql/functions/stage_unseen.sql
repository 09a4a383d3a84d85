-- Instances of a stage's program that are connected and were not told yet of a
-- change of what is paused: they may have a work in hand. Who is not connected
-- is told when he is, before he begins anything.
CREATE OR REPLACE FUNCTION stage_unseen(of_stage text, change bigint)
RETURNS TABLE (program text, host text, pid integer, seen_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT d.program, d.host, d.pid, d.seen_at
	FROM recard.daemon_instance d
	WHERE d.program = split_part(of_stage, '.', 1) AND d.ended_at IS NULL
		AND d.told < change
		AND EXISTS (SELECT FROM pg_stat_activity a
			WHERE a.pid = d.backend
				AND a.datname = current_database())
	ORDER BY d.program, d.host, d.pid
$$;
