-- Letters that have not arrived by the day that was promised, the longest in
-- the post first, a page at a time.
-- Parameters: how many days past the promised one at least, NULL: any; days (of
-- posting) from, to, NULL: any; key that the former page ended with, NULL: the
-- first page; at most how many.
-- Returns: key: where the next page starts; the others as of mail_overdue().
-- 4,000 letters are looked at at a time; when they are through, the last row
-- has its key alone.
CREATE OR REPLACE FUNCTION console_overdue(late integer, first_day date,
	last_day date, after text, at_most integer,
	at timestamptz DEFAULT now())
RETURNS TABLE (key text, order_no text, tracking_no text, posted_on date,
	promised_on date, days_late integer, last_event text,
	last_event_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	looked CONSTANT integer := 4000;
	today CONSTANT date := taipei_date(console_overdue.at);
	since record;
	seen orders[];
BEGIN
	since := console_moment(after);
	seen := ARRAY(SELECT o FROM orders o WHERE o.status = 'mailed'
			AND o.moved_at >= since.at
			AND (o.moved_at, o.order_no) > (since.at, since.number)
		ORDER BY o.moved_at, o.order_no LIMIT looked);
	RETURN QUERY WITH letter AS (SELECT s.ordinality AS place, s.order_no,
			(extract(epoch FROM s.moved_at) * 1000000)::bigint
				|| '-' || s.order_no AS k,
			i.mail_item_id, i.tracking_no, i.posted_on, i.promised_on
		FROM unnest(seen) WITH ORDINALITY AS s
		CROSS JOIN LATERAL (SELECT l.label_no FROM label l
			WHERE l.order_no = s.order_no AND l.state <> 'void') AS l
		CROSS JOIN LATERAL (SELECT m.* FROM mail_item m
			WHERE m.order_no = s.order_no
				AND m.label_no = l.label_no) AS i
		WHERE i.promised_on < today
			AND (first_day IS NULL OR i.posted_on >= first_day)
			AND (last_day IS NULL OR i.posted_on <= last_day)
			AND (late IS NULL OR i.promised_on <= today - late)),
	page AS MATERIALIZED (SELECT t.* FROM letter t ORDER BY t.place
		LIMIT at_most),
	-- Each day is looked up once, however many letters it delays.
	worked AS MATERIALIZED (SELECT d::date AS day
		FROM generate_series((SELECT min(p.promised_on) + 1 FROM page p),
			today, interval '1 day') AS d
		WHERE working_day(d::date))
	SELECT p.k, order_text(p.order_no), p.tracking_no, p.posted_on,
		p.promised_on, (SELECT count(*)::integer FROM worked w
			WHERE w.day > p.promised_on), e.code, e.at
	FROM page p LEFT JOIN LATERAL (SELECT v.code, v.at FROM mail_event v
		WHERE v.mail_item_id = p.mail_item_id
		ORDER BY v.at DESC, v.code DESC LIMIT 1) AS e ON true
	UNION ALL
	SELECT (extract(epoch FROM last.moved_at) * 1000000)::bigint || '-'
		|| last.order_no, NULL, NULL, NULL, NULL, NULL, NULL, NULL
	FROM (SELECT (seen[looked]).*) AS last
	WHERE cardinality(seen) = looked
		AND (SELECT count(*) FROM page) < at_most;
END
$$;
