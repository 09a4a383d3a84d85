-- Claims the batch of a line that is to be sealed or handed over next. The
-- claim is a lock of this session on the line, so it ends when the program
-- does, and batches of a line leave in order; the epoch fences an earlier
-- claimer off. A session holds one claim: the former one goes.
-- Parameters: line.
-- Returns: one row, or none. link: what the batch to be sealed follows, as
-- '<batch_no> <digest of the chain>', or '-' for the first; resend_no: when
-- it is to be handed over again.
CREATE OR REPLACE FUNCTION claim_batch(of_line text, OUT batch_no text,
	OUT state text, OUT epoch integer, OUT product text,
	OUT created_at timestamptz, OUT file_digest text, OUT chain_digest text,
	OUT link text, OUT offered boolean, OUT resend_no bigint)
RETURNS SETOF record
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	card_line card_line;
BEGIN
	PERFORM pg_advisory_unlock_all();
	SELECT * INTO card_line FROM card_line WHERE line = of_line
		AND stopped_at IS NULL;
	IF NOT FOUND OR NOT pg_try_advisory_lock(726301, card_line.series) THEN
		RETURN;
	END IF;
	SELECT b.batch_no, r.resend_no INTO batch_no, resend_no
		FROM card_batch b LEFT JOIN card_batch_resend r
			ON r.batch_no = b.batch_no AND r.sent_at IS NULL
		WHERE b.line = of_line AND b.held_at IS NULL
			AND (b.state IN ('cut', 'sealed')
			OR b.state IN ('published', 'refused')
				AND r.resend_no IS NOT NULL)
		ORDER BY b.sequence LIMIT 1;
	IF FOUND THEN
		UPDATE card_batch b SET epoch = b.epoch + 1
			FROM card_line l
			WHERE b.batch_no = claim_batch.batch_no
				AND b.held_at IS NULL AND l.line = b.line
			RETURNING b.state, b.epoch, b.product, b.created_at,
				b.file_digest, b.chain_digest,
				coalesce(l.chain_batch || ' '
					|| l.chain_digest, '-'),
				b.offered_at IS NOT NULL
			INTO state, epoch, product, created_at, file_digest,
				chain_digest, link, offered;
		IF FOUND THEN
			RETURN NEXT;
			RETURN;
		END IF;
	END IF;
	PERFORM pg_advisory_unlock(726301, card_line.series);
END
$$;
