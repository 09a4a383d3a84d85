-- Part of book_tracking(): books the events of letters among this session's
-- rows, and moves each order to what its letter's whole history says, by the
-- events' own times. The last of delivered and returned counts; a delivery
-- that was taken back after it does not. So the order in which files come
-- makes no difference.
-- Returns: how many were booked, were known, and belong to no letter.
CREATE OR REPLACE FUNCTION book_mail_events(of_import bigint, file_name text,
	actor text, at timestamptz, OUT applied bigint, OUT duplicate bigint,
	OUT rejected bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	step record;
	moved bigint[];
BEGIN
	CREATE TEMPORARY TABLE told ON COMMIT DROP AS
		SELECT s.line, s.event, s.event_at, s.office,
			undelivered_reason(s.reason) AS reason,
			i.mail_item_id, i.order_no, i.label_no
		FROM tracking_staging s
		LEFT JOIN mail_item i ON i.posted_on = s.posted_on
			AND left(i.tracking_no, 14) = left(s.tracking_no, 14)
		WHERE s.loader = pg_backend_pid() AND s.event IS NOT NULL;
	ANALYZE told;
	PERFORM FROM orders WHERE order_no IN (SELECT order_no FROM told)
		ORDER BY order_no FOR UPDATE;
	INSERT INTO mail_event (mail_item_id, at, code, office, reason,
			import_id, line, booked_at)
		SELECT mail_item_id, event_at, event, office, reason, of_import,
			line, book_mail_events.at
		FROM told WHERE mail_item_id IS NOT NULL ORDER BY line
		ON CONFLICT DO NOTHING;
	GET DIAGNOSTICS applied = ROW_COUNT;
	SELECT count(*) - applied INTO duplicate FROM told
		WHERE mail_item_id IS NOT NULL;
	INSERT INTO import_reject (import_id, line, code, text)
		SELECT of_import, line, 'unknown_letter',
			'no letter posted on that day has this number'
		FROM told WHERE mail_item_id IS NULL;
	GET DIAGNOSTICS rejected = ROW_COUNT;

	-- A letter that was sent again speaks for the order no longer.
	CREATE TEMPORARY TABLE letter_says ON COMMIT DROP AS
		SELECT t.order_no, t.mail_item_id, CASE
				WHEN last.meaning = 'delivered'
					AND EXISTS (SELECT FROM mail_event v
					WHERE v.mail_item_id = t.mail_item_id
						AND mail_event_meaning(v.code)
							= 'undelivered'
						AND (v.at, v.code)
							> (last.at, last.code))
				THEN 'undelivered' ELSE last.meaning END AS says
		FROM (SELECT DISTINCT order_no, mail_item_id, label_no FROM told
			WHERE mail_item_id IS NOT NULL) AS t
		JOIN label l ON l.label_no = t.label_no AND l.state <> 'void',
		LATERAL (SELECT e.at, e.code, mail_event_meaning(e.code)
				AS meaning
			FROM mail_event e
			WHERE e.mail_item_id = t.mail_item_id
				AND mail_event_meaning(e.code) IN
					('delivered', 'returned')
			ORDER BY e.at DESC, e.code DESC LIMIT 1) AS last;
	-- Also by way of another status: what came back and was delivered
	-- after all may have been taken back once more.
	FOR step IN SELECT * FROM (VALUES
			(1, 'returned', '{delivered,undelivered}', 'delivered'),
			(2, 'mailed', '{delivered}', 'delivered'),
			(3, 'delivered', '{undelivered}', 'undelivered'),
			(4, 'mailed', '{returned}', 'returned'),
			(5, 'delivered', '{returned}', 'returned'))
			AS s (nth, status, says, event)
		ORDER BY nth
	LOOP
		SELECT array_agg(o.order_no ORDER BY o.order_no) INTO moved
			FROM letter_says s JOIN orders o USING (order_no)
			WHERE o.status = step.status::order_status
				AND s.says = ANY (step.says::text[]);
		CONTINUE WHEN moved IS NULL;
		PERFORM advance(moved, step.event, actor,
			jsonb_build_object('file', file_name), at);
		IF step.event = 'returned' THEN
			PERFORM open_exception('returned_mail', s.order_no,
					s.mail_item_id::text, 'returned', at)
				FROM letter_says s WHERE order_no = ANY (moved);
		ELSIF step.nth = 1 THEN
			UPDATE exception SET closed_at = book_mail_events.at,
					closed_by = actor,
					resolution = 'delivered'
				WHERE kind = 'returned_mail'
					AND order_no = ANY (moved)
					AND closed_at IS NULL;
		END IF;
	END LOOP;
	DROP TABLE told, letter_says;
END
$$;
