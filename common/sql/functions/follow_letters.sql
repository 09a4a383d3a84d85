-- Moves orders to what the whole history of their letters says, by the events'
-- own times. The last of delivered and returned counts; a delivery that was
-- taken back after it does not. So the order in which files come makes no
-- difference. A letter of a void label was sent again and speaks for its order
-- no longer. The caller has locked the orders.
-- Parameters: letters, each once; who; remarks for the history; the moment.
CREATE OR REPLACE FUNCTION follow_letters(letters bigint[], actor text,
	detail jsonb, at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	step record;
	moved bigint[];
BEGIN
	-- With the status as it is now, so that what follows joins nothing:
	-- nobody has counted these rows, or those of a status, for the planner.
	CREATE TEMPORARY TABLE letter_says ON COMMIT DROP AS
		SELECT i.order_no, i.mail_item_id, o.status, CASE
				WHEN last.meaning IS NULL THEN 'nothing'
				WHEN last.meaning = 'delivered'
					AND EXISTS (SELECT FROM mail_event v
					WHERE v.mail_item_id = i.mail_item_id
						AND mail_event_meaning(v.code)
							= 'undelivered'
						AND (v.at, v.code)
							> (last.at, last.code))
				THEN 'undelivered' ELSE last.meaning END AS says
		FROM mail_item i JOIN label l ON (l.order_no, l.label_no)
			= (i.order_no, i.label_no) AND l.state <> 'void'
		JOIN orders o ON o.order_no = i.order_no
		LEFT JOIN LATERAL (SELECT e.at, e.code,
				mail_event_meaning(e.code) AS meaning
			FROM mail_event e
			WHERE e.mail_item_id = i.mail_item_id
				AND mail_event_meaning(e.code) IN
					('delivered', 'returned')
			ORDER BY e.at DESC, e.code DESC LIMIT 1) AS last ON true
		WHERE i.mail_item_id = ANY (letters);
	-- What came back and was delivered after all may have been taken back
	-- once more: that goes by way of delivered.
	FOR step IN SELECT * FROM (VALUES
			(1, 'returned', '{delivered,undelivered}', 'delivered'),
			(2, 'returned', '{undelivered}', 'undelivered'),
			(3, 'returned', '{nothing}', 'reverted'),
			(4, 'mailed', '{delivered}', 'delivered'),
			(5, 'delivered', '{undelivered,nothing}', 'undelivered'),
			(6, 'mailed', '{returned}', 'returned'),
			(7, 'delivered', '{returned}', 'returned'))
			AS s (nth, status, says, event)
		ORDER BY nth
	LOOP
		SELECT array_agg(s.order_no ORDER BY s.order_no) INTO moved
			FROM letter_says s
			WHERE s.status = step.status::order_status
				AND s.says = ANY (step.says::text[]);
		CONTINUE WHEN moved IS NULL;
		PERFORM advance(moved, step.event, actor, detail, at);
		IF step.event = 'returned' THEN
			PERFORM open_exception('returned_mail', s.order_no,
					s.mail_item_id::text, 'returned', at)
				FROM letter_says s
				WHERE s.order_no = ANY (moved);
		ELSIF step.status = 'returned' THEN
			UPDATE exception SET closed_at = follow_letters.at,
					closed_by = actor,
					resolution = step.event
				WHERE kind = 'returned_mail'
					AND order_no = ANY (moved)
					AND closed_at IS NULL;
		END IF;
	END LOOP;
	DROP TABLE letter_says;
END
$$;
