-- Looks whether there is something to decide.
-- Raises: RC064 with what is wrong.
CREATE OR REPLACE FUNCTION decision_possible(of_act text, of_subject text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	possible boolean;
BEGIN
	possible := CASE of_act
		WHEN 'retry_card' THEN EXISTS (SELECT FROM hold
			WHERE order_no = order_number(of_subject) AND by_two
				AND released_at IS NULL)
		WHEN 'abandon_batch' THEN EXISTS (SELECT FROM card_batch
			WHERE batch_no = of_subject AND state = 'refused')
		ELSE false END;
	IF NOT possible THEN
		RAISE EXCEPTION USING ERRCODE = 'RC064', MESSAGE = CASE of_act
			WHEN 'retry_card' THEN format('order %s is not stopped '
				'by the limit of attempts', of_subject)
			WHEN 'abandon_batch' THEN format('batch %s is not one '
				'that the line refused', of_subject)
			ELSE format('%s is not for two people to decide', of_act)
			END, HINT = 'nothing to do';
	END IF;
END
$$;
