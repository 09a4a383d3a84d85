-- Adds a note to an open claim.
-- Returns: the note's number.
-- Raises: RC069 when there is no such open claim.
CREATE OR REPLACE FUNCTION claim_note(of_claim bigint, actor text, words text,
	at timestamptz DEFAULT now()) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	nth integer;
BEGIN
	PERFORM FROM claim c WHERE c.claim_id = of_claim
			AND c.closed_at IS NULL
		FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC069', MESSAGE = format(
			'there is no open claim %s', of_claim),
			HINT = 'claim list shows which there are';
	END IF;
	INSERT INTO claim_note (claim_id, note_no, at, author, text)
		SELECT of_claim, 1 + (SELECT count(*) FROM claim_note n
			WHERE n.claim_id = of_claim), at, actor, words
		RETURNING note_no INTO nth;
	RETURN nth;
END
$$;
