-- Keys of lists that are in the order of a moment: "microseconds-number".
-- Parameters: such a key, NULL: before the first.
CREATE OR REPLACE FUNCTION console_moment(key text, OUT at timestamptz,
	OUT number bigint)
LANGUAGE sql IMMUTABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT CASE WHEN key IS NULL THEN '-infinity'
			ELSE to_timestamp(0) + split_part(key, '-', 1)::bigint
				* interval '1 microsecond' END,
		coalesce(split_part(key, '-', 2)::bigint, -1)
$$;
