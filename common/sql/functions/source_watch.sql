-- Looks whether the sources of postal files gave what is expected of them by
-- now, and keeps the worklist: an absent file stands on it until one comes, or
-- until somebody closes it for that hour.
-- Parameters: after how long an alarm is told again; who.
-- Returns: what is to be told now: source; news ('absent': nothing came,
-- 'rejected': what came was rejected, 'came': the alarm is over,
-- 'calendar_missing'); the expected hour; how long ago that was; the file that
-- came and does not count, or does, or the year. What was told is not told
-- again by another instance.
CREATE OR REPLACE FUNCTION source_watch(again_after interval, actor text,
	at timestamptz DEFAULT now())
RETURNS TABLE (source text, news text, expected_at timestamptz, age interval,
	detail text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	known postal_source;
	hour postal_expectation;
	alarm exception;
	why text;
	file text;
BEGIN
	-- A file may have been booked before it was noted that it was fetched.
	UPDATE import i SET source = s.source
		FROM fetched_file f JOIN postal_source s ON s.fetch_key = f.source
		WHERE i.source IS NULL AND i.kind = 'tracking'
			AND i.taken_at > at - interval '1 day'
			AND f.digest = i.digest AND f.name = i.name;
	FOR known IN SELECT * FROM postal_source s
		WHERE s.retired_at IS NULL
			AND (s.working_days OR s.expect_by <> '{}')
		ORDER BY s.source FOR NO KEY UPDATE
	LOOP
		source := known.source;
		IF known.working_days AND calendar_gap(at) IS NOT NULL
			AND coalesce(known.calendar_told_at, '-infinity')
				<= at - again_after
		THEN
			UPDATE postal_source s SET calendar_told_at = at
				WHERE s.source = known.source;
			news := 'calendar_missing';
			expected_at := NULL;
			age := NULL;
			detail := calendar_gap(at)::text;
			RETURN NEXT;
		END IF;
		CONTINUE WHEN known.expect_by = '{}';
		PERFORM source_expect(known.source, at);
		SELECT * INTO hour FROM postal_expectation e
			WHERE e.source = known.source
			ORDER BY e.expected_at DESC LIMIT 1;
		CONTINUE WHEN NOT FOUND;
		expected_at := hour.expected_at;
		age := at - hour.expected_at;
		SELECT * INTO alarm FROM exception x
			WHERE x.kind = 'source' AND x.subject = known.source
				AND x.closed_at IS NULL;
		SELECT i.name INTO file FROM import i WHERE i.import_id = coalesce(
			hour.import_id, source_file(known.source, hour.expected_at,
				at));
		IF FOUND THEN
			CONTINUE WHEN alarm.exception_id IS NULL;
			UPDATE exception x SET closed_at = at, closed_by = actor,
					resolution = file || ' came'
				WHERE x.exception_id = alarm.exception_id;
			news := 'came';
			detail := file;
			RETURN NEXT;
			CONTINUE;
		END IF;
		SELECT i.name INTO file FROM import i
			WHERE i.source = known.source AND i.outcome = 'rejected'
				AND i.taken_at > hour.since AND i.taken_at <= at
			ORDER BY i.import_id DESC LIMIT 1;
		why := CASE WHEN FOUND THEN 'rejected' ELSE 'absent' END;
		IF why = 'absent' AND known.repeated_at > hour.since THEN
			file := known.repeated_name;
		END IF;
		IF hour.exception_id IS NOT NULL THEN
			-- Closed by hand: nothing more for this hour. Told already:
			-- not too often.
			CONTINUE WHEN alarm.exception_id IS NULL
				OR alarm.reason = why
				AND hour.told_at > at - again_after;
		END IF;
		IF alarm.reason <> why THEN
			UPDATE exception x SET closed_at = at, closed_by = actor,
					resolution = 'now it is ' || why
				WHERE x.exception_id = alarm.exception_id;
		END IF;
		PERFORM open_exception('source', NULL, known.source, why, at);
		UPDATE postal_expectation e SET told_at = at, exception_id = (
				SELECT x.exception_id FROM exception x
				WHERE x.kind = 'source'
					AND x.subject = known.source
					AND x.closed_at IS NULL)
			WHERE e.source = known.source
				AND e.expected_at = hour.expected_at;
		news := why;
		detail := file;
		RETURN NEXT;
	END LOOP;
END
$$;
