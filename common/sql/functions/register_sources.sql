-- Makes the configured sources of postal files known as they are configured.
-- Those that no running instance has any more are retired: nothing is
-- expected of them. The calling session counts as an instance that has these
-- until it ends.
-- Parameters: one array for each column, one element for each source; who.
-- Raises: RC060 when a running instance has other times for a source.
CREATE OR REPLACE FUNCTION register_sources(names text[], places text[],
	on_working_days boolean[], look_times text[], expected_times text[],
	actor text, at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	wanted record;
	known postal_source;
BEGIN
	FOR wanted IN SELECT w.source, w.place, w.working_days,
			w.look_at::time[] AS look_at,
			w.expect_by::time[] AS expect_by
		FROM unnest(names, places, on_working_days, look_times,
			expected_times) AS w (source, place, working_days,
			look_at, expect_by) ORDER BY w.source
	LOOP
		PERFORM pg_advisory_lock_shared(726305, hashtext(wanted.source));
		SELECT * INTO known FROM postal_source
			WHERE source = wanted.source FOR NO KEY UPDATE;
		-- Our own lock is none against ourselves.
		IF FOUND AND (known.working_days, known.look_at, known.expect_by)
				<> (wanted.working_days, wanted.look_at,
				wanted.expect_by)
			AND NOT pg_try_advisory_xact_lock(726305,
				hashtext(wanted.source))
		THEN
			RAISE EXCEPTION USING ERRCODE = 'RC060', MESSAGE = format(
				'another running recard-tracking has source %s '
				'with %s, not %s', wanted.source,
				source_times(known.working_days, known.look_at,
					known.expect_by),
				source_times(wanted.working_days, wanted.look_at,
					wanted.expect_by)),
				HINT = 'give all instances the same '
					'tracking.sources: stop them all, then '
					'start them';
		END IF;
		INSERT INTO postal_source AS s (source, place, working_days,
				look_at, expect_by, expected_from)
			VALUES (wanted.source, wanted.place,
				wanted.working_days, wanted.look_at,
				wanted.expect_by, at)
			ON CONFLICT (source) DO UPDATE SET
				place = excluded.place,
				working_days = excluded.working_days,
				look_at = excluded.look_at,
				expect_by = excluded.expect_by,
				retired_at = NULL,
				expected_from = CASE WHEN s.retired_at IS NULL
					AND (s.working_days, s.expect_by)
					= (excluded.working_days,
						excluded.expect_by)
					THEN s.expected_from ELSE at END
			WHERE s.retired_at IS NOT NULL
				OR (s.place, s.working_days, s.look_at,
					s.expect_by)
				<> (excluded.place, excluded.working_days,
					excluded.look_at, excluded.expect_by);
	END LOOP;
	UPDATE postal_source SET retired_at = at, failing_since = NULL
		WHERE retired_at IS NULL AND source <> ALL (names)
			AND pg_try_advisory_xact_lock(726305, hashtext(source));
	UPDATE exception e SET closed_at = at, closed_by = actor,
			resolution = 'nothing is expected of the source any more'
		FROM postal_source s
		WHERE e.kind = 'source' AND e.subject = s.source
			AND e.closed_at IS NULL
			AND (s.retired_at IS NOT NULL OR s.expect_by = '{}');
END
$$;
