-- Records what a run of verify() found, for metrics() and doctor_belt(). Where
-- no console runs, the tally of moves is added up here.
-- Parameter: the invariant of each breach that was found.
CREATE OR REPLACE FUNCTION verify_record(breached text[],
	at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	INSERT INTO recard.invariant_result (invariant, violations, verified_at)
	SELECT 'I' || n, (SELECT count(*) FROM unnest(breached) AS b
		WHERE b = 'I' || n), verify_record.at
	FROM (SELECT generate_series(1, 13) UNION ALL SELECT 15) AS i (n)
	ON CONFLICT (invariant) DO UPDATE SET violations = excluded.violations,
		verified_at = excluded.verified_at;
	PERFORM recard.job_succeeded('verify', verify_record.at);
	PERFORM recard.roll_moves(1000000);
END
$$;
