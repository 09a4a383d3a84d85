-- Claims the oldest posting list that is to be written or published; see
-- claim_batch() for what a claim is.
CREATE OR REPLACE FUNCTION claim_posting_list(OUT list_no text,
	OUT state text, OUT epoch integer, OUT created_at timestamptz,
	OUT digest text, OUT area text, OUT form_digest text)
RETURNS SETOF record
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	candidate record;
BEGIN
	PERFORM pg_advisory_unlock_all();
	FOR candidate IN SELECT p.list_no, p.sequence FROM posting_list p
		WHERE p.state IN ('cut', 'sealed') ORDER BY p.sequence
	LOOP
		CONTINUE WHEN NOT pg_try_advisory_lock(726303, candidate.sequence);
		UPDATE posting_list p SET epoch = p.epoch + 1
			WHERE p.list_no = candidate.list_no
				AND p.state IN ('cut', 'sealed')
			RETURNING p.list_no, p.state, p.epoch, p.created_at,
				p.digest, p.area, p.form_digest
			INTO list_no, state, epoch, created_at, digest, area,
				form_digest;
		IF FOUND THEN
			RETURN NEXT;
			RETURN;
		END IF;
		PERFORM pg_advisory_unlock(726303, candidate.sequence);
	END LOOP;
END
$$;
