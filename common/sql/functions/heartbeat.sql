-- A running daemon says that it is there, between two of its works.
-- Parameters: program, host, process, when it started by its own clock,
-- version, whether it ends by itself.
-- Returns: the stages of the program that are paused now.
CREATE OR REPLACE FUNCTION heartbeat(of_program text, on_host text,
	of_pid integer, started timestamptz, of_version text, runs_once boolean,
	at timestamptz DEFAULT now())
RETURNS TABLE (stage text)
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	-- One statement, so that what it notes as told is what it tells.
	WITH noted AS (
		INSERT INTO recard.daemon_instance AS d (program, host, pid,
			started_at, version, once, first_seen_at, seen_at, told,
			backend)
		SELECT of_program, on_host, of_pid, started, of_version,
			runs_once, at, at, c.value, pg_backend_pid()
		FROM recard.counter c WHERE c.name = 'stage_change'
		ON CONFLICT (program, host, pid, started_at) DO UPDATE
			SET seen_at = excluded.seen_at, told = excluded.told,
			backend = excluded.backend, ended_at = NULL
	)
	SELECT p.stage FROM recard.stage_pause p
	WHERE split_part(p.stage, '.', 1) = of_program
		AND (p.until IS NULL OR p.until > at)
$$;
