-- Books the line's answer to a batch.
-- Parameters: file (name, SHA-256, size); line that signed it; batch;
-- ACCEPTED or REJECTED; reason of a rejection; who; the moment.
-- Returns: 'applied', 'duplicate' (seen before, or says what is known), or
-- the reason why it was rejected: 'unknown_batch', 'foreign_batch',
-- 'not_published', 'already_accepted', 'already_refused', 'batch_over'.
CREATE OR REPLACE FUNCTION book_ack(file_name text, file_digest text,
	file_size bigint, of_line text, of_batch text, outcome text, why text,
	actor text, at timestamptz DEFAULT now()) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	file bigint;
	known record;
	verdict text;
BEGIN
	SELECT * INTO known FROM card_batch WHERE batch_no = of_batch
		FOR UPDATE;
	verdict := CASE
		WHEN known.batch_no IS NULL THEN 'unknown_batch'
		WHEN known.line <> of_line THEN 'foreign_batch'
		WHEN known.state IN ('cut', 'sealed') THEN 'not_published'
		WHEN known.state IN ('empty', 'abandoned') THEN 'batch_over'
		-- It has the batch already, so it answered before: that answer
		-- counts. If it never comes, the alarm for late ones tells.
		WHEN book_ack.outcome = 'REJECTED' AND why = 'DUPLICATE'
			THEN 'duplicate'
		WHEN known.state = 'published' THEN 'applied'
		WHEN known.state = 'accepted' AND book_ack.outcome = 'ACCEPTED'
			THEN 'duplicate'
		WHEN known.state = 'accepted' THEN 'already_accepted'
		WHEN book_ack.outcome = 'REJECTED' THEN 'duplicate'
		ELSE 'already_refused' END;
	-- Before it is confirmed as published the answer can only be early:
	-- the file stays and is judged again.
	IF verdict = 'not_published' THEN
		RETURN verdict;
	END IF;
	file := import_open('card_ack', file_name, file_digest, file_size,
		actor, at);
	IF file IS NULL THEN
		RETURN 'duplicate';
	END IF;
	UPDATE import SET rows = 1, applied = (verdict = 'applied')::integer,
			duplicate = (verdict = 'duplicate')::integer,
			rejected = (verdict NOT IN
				('applied', 'duplicate'))::integer
		WHERE import_id = file;
	IF verdict = 'applied' THEN
		UPDATE card_batch SET acked_at = at, ack_reason = why,
				state = CASE book_ack.outcome
				WHEN 'ACCEPTED' THEN 'accepted'
				ELSE 'refused' END
			WHERE batch_no = of_batch;
		-- Refused before and sent again: that is settled now.
		UPDATE exception SET closed_at = at, closed_by = actor,
				resolution = 'accepted'
			WHERE kind = 'batch' AND subject = of_batch
				AND closed_at IS NULL
				AND book_ack.outcome = 'ACCEPTED';
		IF book_ack.outcome = 'REJECTED' THEN
			PERFORM open_exception('batch', NULL, of_batch,
				coalesce(nullif(why, ''), 'refused'), at);
		END IF;
	ELSIF verdict <> 'duplicate' THEN
		IF verdict = 'unknown_batch' THEN
			PERFORM line_doubt(of_line, of_batch, actor, at);
		END IF;
		PERFORM open_exception('batch', NULL, of_batch, 'ack_' || verdict,
			at);
		INSERT INTO import_reject (import_id, line, code, text)
			VALUES (file, 1, verdict, 'the acknowledgement does '
				'not fit the batch');
	END IF;
	RETURN verdict;
END
$$;
