-- Claims a source of postal files for a look, as fetch_claim() does, when its
-- time has come: on one of its days, and where it has times of day, when one
-- has come since the last look that saw all there was.
-- Parameters: its fetch_key; whether the look goes on with the last one, and so
-- comes at any time; whether somebody asked for a look just now (--once),
-- which a source without times of day has on any day.
-- Returns: false when it is not its time, or another session has it.
CREATE OR REPLACE FUNCTION source_claim(of_key text, goes_on boolean,
	asked_for boolean, at timestamptz DEFAULT now()) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	IF NOT fetch_claim(of_key) THEN
		RETURN false;
	END IF;
	UPDATE postal_source SET look_began_at = at
		WHERE fetch_key = of_key AND (goes_on OR CASE
			WHEN look_at = '{}' THEN asked_for OR NOT working_days
				OR working_day(taipei_date(at))
			ELSE coalesce(looked_at, '-infinity')
				< (SELECT max(moment) FROM daily_moments(
					look_at, working_days,
					at - interval '31 days', at) AS moment)
			END);
	IF FOUND THEN
		RETURN true;
	END IF;
	PERFORM fetch_release(of_key);
	RETURN false;
END
$$;
