-- Compares the last batch that was handed out from here, as the mark beside
-- the answers tells it, with what the database knows. Stops the line when it
-- does not know that batch with that content: it was restored from before.
-- Parameters: line; the mark's batch and digest of its chain; who.
-- Returns: whether the database knows it.
CREATE OR REPLACE FUNCTION line_check(of_line text, marked_batch text,
	marked_digest text, actor text, at timestamptz DEFAULT now())
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	marked integer := right(marked_batch, 5)::integer;
BEGIN
	IF NOT EXISTS (SELECT FROM card_batch WHERE line = of_line
			AND batch_no = marked_batch
			AND chain_digest = marked_digest)
		AND NOT EXISTS (SELECT FROM card_line_gap WHERE line = of_line
			AND marked BETWEEN first_number AND last_number)
	THEN
		PERFORM line_stop(of_line, format('%s was handed out, but this '
			'database does not know it', marked_batch), actor, at);
		RETURN false;
	END IF;
	RETURN true;
END
$$;
