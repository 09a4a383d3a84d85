-- Fixes a posting list's content before it is published.
-- Parameters: list and epoch of the claim; SHA-256 of the CSV file and of the
-- form; how many letters; who; the moment.
-- Returns: whether it was sealed; false when the claim is an old one.
CREATE OR REPLACE FUNCTION seal_posting_list(of_list text,
	claim_epoch integer, file_sha256 text, form_sha256 text,
	written_items integer, actor text,
	at timestamptz DEFAULT now()) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	UPDATE posting_list SET state = 'sealed', digest = file_sha256,
			form_digest = form_sha256, items = written_items,
			sealed_at = at
		WHERE list_no = of_list AND epoch = claim_epoch
			AND state = 'cut';
	RETURN FOUND;
END
$$;
