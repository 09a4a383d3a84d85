-- Books one event of a letter and moves its order to what the letter's whole
-- history, in order of event time, says. Late and repeated events are fine.
-- Parameters: posting date and number of the letter; event code; its time;
-- office; who; the moment.
-- Returns: 'applied', 'duplicate', or 'unknown_letter'.
CREATE OR REPLACE FUNCTION book_mail_event(of_date date, of_number text,
	event_code text, event_time timestamptz, event_office text, actor text,
	at timestamptz DEFAULT now()) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	letter mail_item;
	state order_status;
	says text;
BEGIN
	SELECT * INTO letter FROM mail_item
		WHERE (posted_on, tracking_no) = (of_date, of_number);
	IF NOT FOUND THEN
		RETURN 'unknown_letter';
	END IF;
	SELECT status INTO state FROM orders
		WHERE order_no = letter.order_no FOR UPDATE;
	INSERT INTO mail_event (mail_item_id, at, code, office, booked_at)
		VALUES (letter.mail_item_id, event_time, event_code,
			event_office, at)
		ON CONFLICT DO NOTHING;
	IF NOT FOUND THEN
		RETURN 'duplicate';
	END IF;
	-- A letter that was sent again speaks for the order no longer.
	IF EXISTS (SELECT FROM label WHERE label_no = letter.label_no
		AND state = 'void')
	THEN
		RETURN 'applied';
	END IF;
	SELECT mail_event_meaning(e.code) INTO says FROM mail_event e
		WHERE e.mail_item_id = letter.mail_item_id
			AND mail_event_meaning(e.code) IS NOT NULL
		ORDER BY e.at DESC, e.code DESC LIMIT 1;
	IF (state, says) IN (('mailed', 'delivered'), ('mailed', 'returned'),
		('delivered', 'undelivered'), ('delivered', 'returned'),
		('returned', 'delivered'))
	THEN
		PERFORM advance(ARRAY[letter.order_no], says, actor,
			jsonb_build_object('code', event_code), at);
		IF says = 'returned' THEN
			PERFORM open_exception('returned_mail', letter.order_no,
				letter.mail_item_id::text, 'returned', at);
		END IF;
	END IF;
	RETURN 'applied';
END
$$;
