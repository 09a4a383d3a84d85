-- Each run of a daemon that is not over, and the latest one of each program on
-- each host that is: where it runs, since when, and for how long it was not
-- seen.
CREATE OR REPLACE FUNCTION daemon_list(at timestamptz DEFAULT now())
RETURNS TABLE (program text, host text, pid integer, version text,
	once boolean, started_at timestamptz, seen_at timestamptz,
	ended_at timestamptz, silent interval)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT d.program, d.host, d.pid, d.version, d.once, d.first_seen_at,
		d.seen_at, d.ended_at, greatest(at - d.seen_at, '0')
	FROM (SELECT *, row_number() OVER (PARTITION BY i.program, i.host
			ORDER BY i.seen_at DESC, i.pid) AS place
		FROM recard.daemon_instance i) AS d
	WHERE d.ended_at IS NULL OR d.place = 1
	ORDER BY d.program, d.host, d.seen_at DESC, d.pid
$$;
