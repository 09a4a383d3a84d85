-- Writes down the expected hours of a source that have come, and which file
-- each one has. An hour's files are those since the one before; what is late,
-- but comes on the same day (Asia/Taipei), is that hour's and not the next
-- one's.
CREATE OR REPLACE FUNCTION source_expect(of_source text, at timestamptz)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	known postal_source;
	former timestamptz;
	moment timestamptz;
	first_since timestamptz;
BEGIN
	SELECT * INTO known FROM postal_source s WHERE s.source = of_source;
	SELECT max(e.expected_at) INTO former FROM postal_expectation e
		WHERE e.source = of_source;
	FOR moment IN SELECT * FROM daily_moments(known.expect_by,
			known.working_days, greatest(known.expected_from, former,
				at - interval '31 days'), at)
	LOOP
		PERFORM source_late(of_source, moment);
		SELECT CASE WHEN i.taken_at > e.expected_at THEN i.taken_at
				WHEN i.import_id IS NULL AND day_end(e.expected_at)
					< moment THEN day_end(e.expected_at)
				ELSE e.expected_at END INTO first_since
			FROM postal_expectation e LEFT JOIN import i
				USING (import_id)
			WHERE e.source = of_source AND e.expected_at = former;
		first_since := greatest(first_since, day_end(known.expected_from)
			- interval '1 day 1 microsecond');
		INSERT INTO postal_expectation (source, expected_at, since,
				import_id)
			VALUES (of_source, moment, first_since,
				source_file(of_source, first_since, moment));
		former := moment;
	END LOOP;
	PERFORM source_late(of_source, at);
END
$$;
