-- Lets a paused stage go on.
-- Raises: RC070 when it is not paused, or another pause keeps it.
CREATE OR REPLACE FUNCTION stage_resume(of_stage text, actor text,
	reason text, at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	wider text := split_part(of_stage, '.', 1);
BEGIN
	DELETE FROM stage_pause p WHERE p.stage = of_stage;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC070', MESSAGE = format(
			'stage "%s" is not paused', of_stage),
			HINT = CASE WHEN EXISTS (SELECT FROM stage_pause p
				WHERE p.stage = wider)
				THEN format('"%s" is, with all of its works',
					wider)
				ELSE '''recardctl pause'' lists those that are' END;
	END IF;
	PERFORM act(actor, 'resume', of_stage, reason, at);
	UPDATE counter SET value = value + 1 WHERE name = 'stage_change';
	PERFORM pg_notify('recard_stage', '');
END
$$;
