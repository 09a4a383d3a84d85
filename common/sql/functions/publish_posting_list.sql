-- Confirms that a posting list is handed out.
CREATE OR REPLACE FUNCTION publish_posting_list(of_list text,
	claim_epoch integer, actor text, at timestamptz DEFAULT now())
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	UPDATE posting_list SET state = 'published', published_at = at
		WHERE list_no = of_list AND epoch = claim_epoch
			AND state = 'sealed';
	RETURN FOUND;
END
$$;
