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
		-- Letters of it, and each as the file left it.
		WHEN 'revert_import' THEN of_subject ~ '^[0-9]{1,18}$'
			AND EXISTS (SELECT FROM mail_item
				WHERE import_id = of_subject::bigint)
			AND NOT EXISTS (SELECT FROM mail_item i
				JOIN orders o USING (order_no)
				JOIN label l USING (label_no)
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
				HAVING count(*) > 0), format('import %s told no '
				'tracking numbers, or its letters have gone on: '
				'events, claims or activations build on it',
				of_subject))
			ELSE format('%s is not for two people to decide', of_act)
			END, HINT = 'nothing to do';
	END IF;
END
$$;
