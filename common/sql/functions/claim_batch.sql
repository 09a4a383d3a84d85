-- Claims the oldest batch that is to be sealed or published. The claim is a
-- lock of this session, so it ends when the program does; the epoch fences
-- an earlier claimer off. A session holds one claim: the former one goes.
-- Returns: one row, or none. print_from and so on for the header.
CREATE OR REPLACE FUNCTION claim_batch(OUT batch_no text, OUT state text,
	OUT epoch integer, OUT product text, OUT created_at timestamptz,
	OUT file_digest text) RETURNS SETOF record
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	candidate record;
BEGIN
	PERFORM pg_advisory_unlock_all();
	FOR candidate IN SELECT b.batch_no, b.sequence FROM card_batch b
		WHERE b.state IN ('cut', 'sealed') ORDER BY b.sequence
	LOOP
		CONTINUE WHEN NOT pg_try_advisory_lock(726301, candidate.sequence);
		UPDATE card_batch b SET epoch = b.epoch + 1
			WHERE b.batch_no = candidate.batch_no
				AND b.state IN ('cut', 'sealed')
			RETURNING b.batch_no, b.state, b.epoch, b.product,
				b.created_at, b.file_digest
			INTO batch_no, state, epoch, product, created_at,
				file_digest;
		IF FOUND THEN
			RETURN NEXT;
			RETURN;
		END IF;
		PERFORM pg_advisory_unlock(726301, candidate.sequence);
	END LOOP;
END
$$;
