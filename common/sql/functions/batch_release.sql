-- Lets a held batch go on.
-- Raises: RC063 when it is not held.
CREATE OR REPLACE FUNCTION batch_release(of_batch text, actor text,
	reason text, at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	known card_batch;
BEGIN
	known := batch_known(of_batch);
	IF known.held_at IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'RC063', MESSAGE = format(
			'batch %s is not held', of_batch),
			HINT = 'batch show tells where it stands';
	END IF;
	UPDATE card_batch SET held_at = NULL, held_by = NULL,
			hold_reason = NULL
		WHERE batch_no = of_batch;
	PERFORM act(actor, 'release', 'batch ' || of_batch, reason, at);
	PERFORM pg_notify('recard_manufacture', '');
END
$$;
