-- Takes a file of tracking numbers back as a whole: its letters were never
-- posted so. Part of decision_settle(): two people decide it.
-- Raises: RC064 when something was built on it since.
CREATE OR REPLACE FUNCTION import_revert(of_import bigint, actor text,
	at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	posted bigint[];
BEGIN
	SELECT array_agg(order_no ORDER BY order_no) INTO posted
		FROM mail_item WHERE import_id = of_import;
	PERFORM FROM orders WHERE order_no = ANY (posted)
		ORDER BY order_no FOR UPDATE;
	-- Once more, under the locks.
	PERFORM decision_possible('revert_import', of_import::text);
	INSERT INTO mail_item_reverted SELECT i.*, at
		FROM mail_item i WHERE i.import_id = of_import;
	DELETE FROM mail_item WHERE import_id = of_import;
	PERFORM advance(posted, 'reverted', actor,
		jsonb_build_object('import', of_import), at);
	-- Nobody need hear of a number that is not his.
	DELETE FROM notice WHERE order_no = ANY (posted) AND kind = 'mailed'
		AND sent_at IS NULL;
	UPDATE import SET reverted_at = at, reverted_by = actor
		WHERE import_id = of_import;
END
$$;
