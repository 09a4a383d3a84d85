-- Letters that have not arrived by the day that was promised, the longest in
-- the post first.
-- Parameters: at most how many; the moment; the order to go on after, NULL:
-- the first.
-- Returns: order, number, posting and promised day, working days past it, and
-- what the post told last.
CREATE OR REPLACE FUNCTION mail_overdue(at_most integer DEFAULT 1000,
	at timestamptz DEFAULT now(), after_order bigint DEFAULT NULL)
RETURNS TABLE (order_no text, tracking_no text, posted_on date,
	promised_on date, days_late integer, last_event text,
	last_event_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	after text;
	letter record;
	more boolean := true;
BEGIN
	-- Where it stood in the list, also when it has moved on since.
	SELECT (extract(epoch FROM CASE WHEN o.status = 'mailed' THEN o.moved_at
			ELSE (SELECT max(h.at) FROM recard.order_history h
				WHERE h.order_no = o.order_no
					AND h.to_status = 'mailed') END)
			* 1000000)::bigint || '-' || o.order_no INTO after
	FROM recard.orders o WHERE o.order_no = after_order;
	IF after IS NULL AND after_order IS NOT NULL THEN
		RETURN;
	END IF;
	-- What the console looks at page by page, as many pages as it takes.
	WHILE more AND at_most > 0 LOOP
		more := false;
		FOR letter IN SELECT * FROM recard.console_overdue(NULL, NULL,
				NULL, after, at_most, mail_overdue.at) LOOP
			IF letter.order_no IS NULL THEN
				after := letter.key;
				more := true;
				CONTINUE;
			END IF;
			at_most := at_most - 1;
			order_no := letter.order_no;
			tracking_no := letter.tracking_no;
			posted_on := letter.posted_on;
			promised_on := letter.promised_on;
			days_late := letter.days_late;
			last_event := letter.last_event;
			last_event_at := letter.last_event_at;
			RETURN NEXT;
		END LOOP;
	END LOOP;
END
$$;
