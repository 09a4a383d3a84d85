-- Letters that have not arrived by the day that was promised, the latest
-- first.
-- Returns: order, number, posting and promised day, working days past it, and
-- what the post told last.
CREATE OR REPLACE FUNCTION mail_overdue(at_most integer DEFAULT 1000,
	at timestamptz DEFAULT now())
RETURNS TABLE (order_no text, tracking_no text, posted_on date,
	promised_on date, days_late integer, last_event text,
	last_event_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT recard.order_text(o.order_no), i.tracking_no, i.posted_on,
		i.promised_on, (SELECT count(*)::integer
			FROM generate_series(1, recard.taipei_date(mail_overdue.at)
				- i.promised_on) AS n
			WHERE recard.working_day(i.promised_on + n)),
		e.code, e.at
	FROM recard.orders o
	JOIN recard.label l ON l.order_no = o.order_no AND l.state <> 'void'
	JOIN recard.mail_item i ON (i.order_no, i.label_no)
		= (l.order_no, l.label_no)
	LEFT JOIN LATERAL (SELECT v.code, v.at FROM recard.mail_event v
		WHERE v.mail_item_id = i.mail_item_id
		ORDER BY v.at DESC, v.code DESC LIMIT 1) AS e ON true
	WHERE o.status = 'mailed'
		AND i.promised_on < recard.taipei_date(mail_overdue.at)
	ORDER BY i.promised_on, o.order_no LIMIT at_most
$$;
