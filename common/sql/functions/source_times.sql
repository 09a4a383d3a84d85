-- The times of a source of postal files, for people.
CREATE OR REPLACE FUNCTION source_times(working_only boolean, look_at time[],
	expect_by time[]) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT concat_ws(', ', CASE WHEN working_only THEN 'days working'
			ELSE 'days all' END,
		'at ' || (SELECT string_agg(to_char(t, 'HH24:MI'), ' ' ORDER BY t)
			FROM unnest(look_at) AS t),
		'expect_by ' || (SELECT string_agg(to_char(t, 'HH24:MI'), ' '
			ORDER BY t) FROM unnest(expect_by) AS t))
$$;
