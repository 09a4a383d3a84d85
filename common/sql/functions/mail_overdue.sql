-- Letters that have not arrived by the day that was promised, the latest
-- first.
-- Parameters: at most how many; the moment; the order to go on after, NULL:
-- the first.
-- Returns: order, number, posting and promised day, working days past it, and
-- what the post told last.
CREATE OR REPLACE FUNCTION mail_overdue(at_most integer DEFAULT 1000,
	at timestamptz DEFAULT now(), after_order bigint DEFAULT NULL)
RETURNS TABLE (order_no text, tracking_no text, posted_on date,
	promised_on date, days_late integer, last_event text,
	last_event_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT l.order_no, l.tracking_no, l.posted_on, l.promised_on,
		l.days_late, l.last_event, l.last_event_at
	FROM (SELECT max(i.promised_on || '/' || after_order) AS key
		FROM recard.label v
		JOIN recard.mail_item i USING (order_no, label_no)
		WHERE v.order_no = after_order AND v.state <> 'void') AS former,
	LATERAL recard.console_overdue(former.key, at_most, mail_overdue.at) AS l
	WHERE after_order IS NULL OR former.key IS NOT NULL
	ORDER BY l.key
$$;
