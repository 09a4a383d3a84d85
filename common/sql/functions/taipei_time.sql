-- A moment as people and files read it: "2026-11-23T09:00:00+08:00", in
-- Asia/Taipei, which has no summer time.
CREATE OR REPLACE FUNCTION taipei_time(at timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT to_char(at AT TIME ZONE 'Asia/Taipei', 'YYYY-MM-DD"T"HH24:MI:SS')
		|| '+08:00'
$$;
