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
	SELECT (extract(epoch FROM o.moved_at) * 1000000)::bigint || '-'
		|| o.order_no INTO after
	FROM recard.orders o WHERE o.order_no = after_order;
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
