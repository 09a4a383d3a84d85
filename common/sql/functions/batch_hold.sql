-- Keeps a batch from being sealed or handed out.
-- Raises: RC063 when it is out already, over, or held.
CREATE OR REPLACE FUNCTION batch_hold(of_batch text, actor text, reason text,
	at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	known card_batch;
BEGIN
	known := batch_known(of_batch);
	IF known.state NOT IN ('cut', 'sealed') THEN
		RAISE EXCEPTION USING ERRCODE = 'RC063', MESSAGE = format(
			'batch %s is %s: it cannot be held any more', of_batch,
			known.state), HINT = 'only the card line can stop it now';
	END IF;
	IF known.offered_at IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'RC063', MESSAGE = format(
			'batch %s is being handed out this moment', of_batch),
			HINT = 'only the card line can stop it now';
	END IF;
	IF known.held_at IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'RC063', MESSAGE = format(
			'batch %s is held already: %s', of_batch,
			known.hold_reason), HINT = 'batch release lets it go on';
	END IF;
	-- Whoever is sealing or handing it out this moment is fenced off.
	UPDATE card_batch b SET held_at = at, held_by = actor,
			hold_reason = reason, epoch = b.epoch + 1
		WHERE b.batch_no = of_batch;
	PERFORM act(actor, 'hold', 'batch ' || of_batch, reason, at);
END
$$;
