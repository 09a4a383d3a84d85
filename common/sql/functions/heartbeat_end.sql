-- A daemon says that it ends, so that nobody misses it.
CREATE OR REPLACE FUNCTION heartbeat_end(of_program text, on_host text,
	of_pid integer, started timestamptz, at timestamptz DEFAULT now())
RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	UPDATE recard.daemon_instance SET seen_at = at, ended_at = at
	WHERE (program, host, pid, started_at)
		= (of_program, on_host, of_pid, started)
$$;
