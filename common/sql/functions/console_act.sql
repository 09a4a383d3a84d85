-- Does what an operator asks for on the console, to one thing or to several;
-- the record of each names him. What cannot be done to one of them hinders
-- none of the others.
-- Parameters: SHA-256 of his certificate; act, as in console_right; what it is
-- done to, 200 at most; why; what the act's form asked for besides; the form's
-- own number, NULL: none; the moment.
-- Returns: none when he may not: nothing was done but the record of that. Else
-- each subject, once, in the order of their names: what came of it as of
-- console_do(), or code, words and way out of what refused it.
-- Raises: RC075 for too many, or none, or when something was done by this form
-- already.
CREATE OR REPLACE FUNCTION console_act(identity text, of_act text,
	subjects text[], reason text, inputs jsonb DEFAULT '{}',
	form text DEFAULT NULL, at timestamptz DEFAULT now())
RETURNS TABLE (subject text, made text, refused text, says text, way_out text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	who record;
	done boolean := false;
BEGIN
	SELECT * INTO who FROM console_authorise(identity, of_act,
		array_to_string(subjects, ' '), at);
	IF NOT who.allowed THEN
		RETURN;
	END IF;
	IF cardinality(subjects) NOT BETWEEN 1 AND 200 THEN
		RAISE EXCEPTION USING ERRCODE = 'RC075', MESSAGE = format(
			'%s of them at once: from 1 to 200 can be',
			cardinality(subjects)), HINT = 'take fewer';
	END IF;
	-- Whoever sends it a second time waits here for the first.
	IF form IS NOT NULL THEN
		INSERT INTO console_form (form, done_at) VALUES
			(console_act.form, at) ON CONFLICT DO NOTHING;
		IF NOT FOUND THEN
			RAISE EXCEPTION USING ERRCODE = 'RC075', MESSAGE =
				'that form was sent before, and done',
				HINT = 'look at what came of it; nothing was '
				'done now';
		END IF;
	END IF;
	-- Each with what it locks, in the order in which everybody locks.
	FOR subject IN SELECT DISTINCT s.name FROM unnest(subjects) AS s (name)
		ORDER BY s.name
	LOOP
		made := NULL;
		refused := NULL;
		says := NULL;
		way_out := NULL;
		BEGIN
			made := console_do(who.operator, of_act, subject, reason,
				inputs, at);
			done := true;
		EXCEPTION WHEN OTHERS THEN
			-- What is no refusal of ours is no answer.
			IF SQLSTATE NOT LIKE 'RC%' THEN
				RAISE;
			END IF;
			GET STACKED DIAGNOSTICS refused = RETURNED_SQLSTATE,
				says = MESSAGE_TEXT, way_out = PG_EXCEPTION_HINT;
		END;
		RETURN NEXT;
	END LOOP;
	-- It can be corrected, and sent again.
	IF NOT done THEN
		DELETE FROM console_form f WHERE f.form = console_act.form;
	END IF;
END
$$;
