-- Looks whether there is something to decide.
-- Raises: RC064 with what is wrong.
CREATE OR REPLACE FUNCTION decision_possible(of_act text, of_subject text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	possible boolean;
BEGIN
	possible := CASE of_act
		WHEN 'retry_card' THEN EXISTS (SELECT FROM hold
			WHERE order_no = order_number(of_subject) AND by_two
				AND released_at IS NULL)
		WHEN 'abandon_batch' THEN EXISTS (SELECT FROM card_batch
			WHERE batch_no = of_subject AND state = 'refused')
		WHEN 'correct_address' THEN EXISTS (SELECT FROM orders o
			WHERE o.order_no = order_number(of_subject)
				AND o.status = 'returned'
				AND NOT EXISTS (SELECT FROM address_correction c
					JOIN decision d USING (decision_no)
					WHERE c.order_no = o.order_no
						AND c.outcome IS NULL
						AND d.outcome = 'approved'))
		-- Letters of it, each as the file left it; or events of it,
		-- and nobody has decided or activated anything since.
		WHEN 'revert_import' THEN of_subject ~ '^[0-9]{1,18}$'
			AND (EXISTS (SELECT FROM mail_item
					WHERE import_id = of_subject::bigint)
				OR EXISTS (SELECT FROM mail_event
					WHERE import_id = of_subject::bigint))
			AND NOT EXISTS (SELECT FROM mail_item i
				JOIN orders o USING (order_no)
				JOIN label l USING (order_no, label_no)
				LEFT JOIN order_history h ON (h.order_no,
					h.move_no) = (o.order_no, o.moves)
				WHERE i.import_id = of_subject::bigint
				AND ((o.status, h.event, l.state) IS DISTINCT
					FROM ('mailed'::order_status, 'mailed',
					'printed'::label_state)
					OR EXISTS (SELECT FROM mail_event e
						WHERE e.mail_item_id
							= i.mail_item_id)
					OR EXISTS (SELECT FROM claim c
						WHERE c.order_no = o.order_no
						AND c.closed_at IS NULL)))
			AND NOT EXISTS (SELECT FROM mail_event e
				JOIN mail_item i USING (mail_item_id)
				JOIN orders o USING (order_no)
				JOIN label l USING (order_no, label_no)
				WHERE e.import_id = of_subject::bigint
				AND mail_event_meaning(e.code) IN ('delivered',
					'undelivered', 'returned')
				AND (l.state = 'void' OR o.status NOT IN
					('mailed', 'delivered', 'returned')
					OR EXISTS (SELECT FROM address_correction c
						WHERE c.order_no = o.order_no
						AND c.outcome IS NULL)
					OR EXISTS (SELECT FROM claim c
						WHERE c.order_no = o.order_no
						AND c.closed_at IS NULL)))
		ELSE false END;
	IF NOT possible THEN
		RAISE EXCEPTION USING ERRCODE = 'RC064', MESSAGE = CASE of_act
			WHEN 'retry_card' THEN format('order %s is not stopped '
				'by the limit of attempts', of_subject)
			WHEN 'abandon_batch' THEN format('batch %s is not one '
				'that the line refused', of_subject)
			WHEN 'revert_import' THEN coalesce((SELECT format(
				'import %s is an archive: its files are taken '
				'back one by one, by their own numbers: %s',
				of_subject, string_agg(i.import_id::text, ', '
					ORDER BY i.import_id))
				FROM import i
				WHERE i.archive_id::text = of_subject
				HAVING count(*) > 0), format('import %s told '
				'nothing of letters, or they have gone on: events, '
				'claims, decisions or activations build on it',
				of_subject))
			WHEN 'correct_address' THEN format('order %s has no letter '
				'that came back and waits for a decision', of_subject)
			ELSE format('%s is not for two people to decide', of_act)
			END, HINT = 'nothing to do';
	END IF;
END
$$;
