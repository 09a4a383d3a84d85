-- Asks that a batch be handed over again: the same file, on record.
-- Returns: the number of the request.
-- Raises: RC063 when it is not out, or is accepted, or asked for already.
CREATE OR REPLACE FUNCTION batch_resend(of_batch text, actor text,
	reason text, at timestamptz DEFAULT now()) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	known card_batch;
	asked bigint;
BEGIN
	known := batch_known(of_batch);
	IF known.state NOT IN ('published', 'refused') THEN
		RAISE EXCEPTION USING ERRCODE = 'RC063', MESSAGE = format(
			'batch %s is %s: only what was handed out and not '
			'accepted is handed out again', of_batch, known.state),
			HINT = CASE WHEN known.state IN ('cut', 'sealed')
				THEN 'it goes out by itself'
				ELSE 'the line has it' END;
	END IF;
	INSERT INTO card_batch_resend (batch_no, asked_at, asked_by, reason)
		VALUES (of_batch, at, actor, reason)
		ON CONFLICT (batch_no) WHERE sent_at IS NULL DO NOTHING
		RETURNING resend_no INTO asked;
	IF asked IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'RC063', MESSAGE = format(
			'batch %s: asked for already, it is about to go out',
			of_batch), HINT = 'batch show tells when';
	END IF;
	PERFORM act(actor, 'resend', 'batch ' || of_batch, reason, at);
	PERFORM pg_notify('recard_manufacture', '');
	RETURN asked;
END
$$;
