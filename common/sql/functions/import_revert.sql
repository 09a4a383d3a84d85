-- Takes a postal file back as a whole: its letters were never posted so, its
-- events never told. Part of decision_settle(): two people decide it.
-- Raises: RC064 when something was built on it since.
CREATE OR REPLACE FUNCTION import_revert(of_import bigint, actor text,
	at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	posted bigint[];
	letters bigint[];
BEGIN
	PERFORM FROM orders WHERE order_no IN (SELECT order_no FROM mail_item
			WHERE import_id = of_import
		UNION SELECT i.order_no FROM mail_event e
			JOIN mail_item i USING (mail_item_id)
			WHERE e.import_id = of_import)
		ORDER BY order_no FOR UPDATE;
	-- Once more, under the locks.
	PERFORM decision_possible('revert_import', of_import::text);

	SELECT array_agg(DISTINCT mail_item_id) INTO letters
		FROM mail_event WHERE import_id = of_import;
	INSERT INTO mail_event_reverted SELECT e.*, at
		FROM mail_event e WHERE e.import_id = of_import;
	DELETE FROM mail_event WHERE import_id = of_import;
	PERFORM follow_letters(letters, actor,
		jsonb_build_object('import', of_import), at);

	SELECT array_agg(order_no ORDER BY order_no) INTO posted
		FROM mail_item WHERE import_id = of_import;
	IF posted IS NOT NULL THEN
		INSERT INTO mail_item_reverted SELECT i.*, at
			FROM mail_item i WHERE i.import_id = of_import;
		DELETE FROM mail_item WHERE import_id = of_import;
		PERFORM advance(posted, 'reverted', actor,
			jsonb_build_object('import', of_import), at);
	END IF;
	-- Nobody need hear of what is not so: the move it tells of was not the
	-- order's last.
	UPDATE notice n SET state = 'moot', reason = 'reverted',
			ended_at = import_revert.at
		FROM orders o
		WHERE n.order_no = o.order_no AND n.state = 'due'
			AND (n.kind = 'mailed' AND n.order_no = ANY (posted)
			OR n.kind IN ('delivered', 'returned')
				AND n.kind <> o.status::text
				AND n.order_no IN (SELECT i.order_no
					FROM mail_item i
					WHERE i.mail_item_id = ANY (letters)));
	UPDATE import SET reverted_at = at, reverted_by = actor
		WHERE import_id = of_import;
END
$$;
