-- Letters that have not arrived by the day that was promised, the latest
-- first, a page at a time.
-- Parameters: key that the former page ended with, NULL: the first page; at
-- most how many.
-- Returns: key: where the next page starts; the others as of mail_overdue().
CREATE OR REPLACE FUNCTION console_overdue(after text, at_most integer,
	at timestamptz DEFAULT now())
RETURNS TABLE (key text, order_no text, tracking_no text, posted_on date,
	promised_on date, days_late integer, last_event text,
	last_event_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT late.promised_on || '/' || late.order_no,
		recard.order_text(late.order_no), late.tracking_no,
		late.posted_on, late.promised_on, (SELECT count(*)::integer
			FROM generate_series(1,
				recard.taipei_date(console_overdue.at)
				- late.promised_on) AS n
			WHERE recard.working_day(late.promised_on + n)),
		e.code, e.at
	FROM (SELECT o.order_no, i.mail_item_id, i.tracking_no, i.posted_on,
			i.promised_on
		FROM recard.orders o JOIN recard.label l
			ON l.order_no = o.order_no AND l.state <> 'void'
		JOIN recard.mail_item i ON (i.order_no, i.label_no)
			= (l.order_no, l.label_no)
		WHERE o.status = 'mailed'
			AND i.promised_on < recard.taipei_date(console_overdue.at)
			AND (after IS NULL OR (i.promised_on, o.order_no)
				> (split_part(after, '/', 1)::date,
				split_part(after, '/', 2)::bigint))
		ORDER BY i.promised_on, o.order_no LIMIT at_most) AS late
	LEFT JOIN LATERAL (SELECT v.code, v.at FROM recard.mail_event v
		WHERE v.mail_item_id = late.mail_item_id
		ORDER BY v.at DESC, v.code DESC LIMIT 1) AS e ON true
	ORDER BY late.promised_on, late.order_no
$$;
