-- Puts a year of the official calendar in the place of what was known of it.
-- Parameters: its days, each once, and whether offices work; notes; name and
-- SHA-256 of the file; who; the moment.
-- Returns: the version, and how many days are other than before; version NULL:
-- it is the version in force already.
-- Raises: RC068 when the days are not one whole year.
CREATE OR REPLACE FUNCTION calendar_load(days date[], working boolean[],
	notes text[], source text, digest text, actor text,
	at timestamptz DEFAULT now(), OUT of_year integer, OUT version integer,
	OUT changed integer)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	first date;
BEGIN
	SELECT date_trunc('year', min(d))::date INTO first
		FROM unnest(days) AS t (d);
	of_year := extract(year FROM first);
	IF (SELECT count(*) FILTER (WHERE d BETWEEN first
				AND (first + interval '1 year')::date - 1)
			IS DISTINCT FROM (first + interval '1 year')::date - first
			OR count(DISTINCT d) <> count(*)
		FROM unnest(days) AS t (d))
	THEN
		RAISE EXCEPTION USING ERRCODE = 'RC068', MESSAGE =
			'the file is not each day of one year, once',
			HINT = 'import the official calendar as it is published';
	END IF;
	PERFORM pg_advisory_xact_lock(hashtext('calendar'));
	IF (SELECT v.digest FROM calendar_version v WHERE v.year = of_year
		ORDER BY v.version DESC LIMIT 1) = calendar_load.digest
	THEN
		RETURN;
	END IF;
	SELECT count(*) INTO changed FROM unnest(days, working) AS t (d, works)
		WHERE working_day(d) <> works;
	INSERT INTO calendar_year (year) VALUES (of_year)
		ON CONFLICT DO NOTHING;
	DELETE FROM calendar_day WHERE day = ANY (days);
	INSERT INTO calendar_day (day, works, note)
		SELECT d, works, note
		FROM unnest(days, working, notes) AS t (d, works, note)
		WHERE works <> (extract(isodow FROM d) < 6);
	SELECT coalesce(max(v.version), 0) + 1 INTO version
		FROM calendar_version v WHERE v.year = of_year;
	INSERT INTO calendar_version (year, version, source, digest, changed,
			imported_at, imported_by)
		VALUES (of_year, version, source, calendar_load.digest, changed,
			at, actor);
	PERFORM act(actor, 'import calendar', of_year::text, source, at);
END
$$;
