-- Pauses a stage in every instance, or says anew why and until when. They are
-- woken, and have stopped once they were told.
-- Parameters: stage; until when (NULL: until it is resumed); who; why.
-- Returns: the number of this change, by which stage_unseen() knows who was
-- told.
-- Raises: RC070 when there is no such stage, or that moment is over.
CREATE OR REPLACE FUNCTION stage_pause_set(of_stage text, up_to timestamptz,
	actor text, reason text, at timestamptz DEFAULT now()) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	change bigint;
BEGIN
	IF NOT EXISTS (SELECT FROM stage s WHERE s.stage = of_stage) THEN
		RAISE EXCEPTION USING ERRCODE = 'RC070', MESSAGE = format(
			'there is no stage "%s"', of_stage),
			HINT = '''recardctl pause'' lists them';
	ELSIF up_to <= at THEN
		RAISE EXCEPTION USING ERRCODE = 'RC070',
			MESSAGE = 'a pause cannot end before it begins',
			HINT = 'name a later time, or none';
	END IF;
	INSERT INTO stage_pause AS p (stage, reason, paused_at, paused_by, until)
		VALUES (of_stage, stage_pause_set.reason, stage_pause_set.at,
			stage_pause_set.actor, up_to)
		ON CONFLICT ON CONSTRAINT stage_pause_pkey DO UPDATE
		SET reason = excluded.reason, paused_by = excluded.paused_by,
			until = excluded.until, paused_at = CASE
				WHEN p.until <= excluded.paused_at
				THEN excluded.paused_at ELSE p.paused_at END;
	PERFORM act(actor, 'pause', of_stage, reason, at);
	PERFORM pg_notify('recard_stage', '');
	UPDATE counter SET value = value + 1 WHERE name = 'stage_change'
		RETURNING value INTO STRICT change;
	RETURN change;
END
$$;
