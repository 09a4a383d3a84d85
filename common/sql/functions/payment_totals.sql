-- Control totals per day and channel, to be held against the statement of
-- the provider. A day is the one in Taipei: of the application, of the first
-- receipt of a notice, of settling, of the exception, of the refund; for lines
-- of settlement files it is the business date of the file.
-- Parameters: first and last day.
-- Returns: a row for each day, channel, item and currency that has any, the
-- sums over channels and days last (day NULL). Files, paid lines and what
-- was settled are there for each channel also when there are none.
CREATE OR REPLACE FUNCTION payment_totals(first_day date, last_day date)
RETURNS TABLE (day date, channel text, item text, currency text,
	count bigint, amount bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	WITH span AS (
		SELECT recard.day_begin(first_day) AS begins,
			recard.day_begin(last_day + 1) AS ends
	), file AS (
		SELECT f.*, i.rows FROM recard.settlement_file f
		JOIN recard.import i USING (import_id)
		WHERE f.business_date BETWEEN first_day AND last_day
	), line AS (
		SELECT f.business_date, p.channel, p.kind, p.currency, p.amount
		FROM file f JOIN recard.payment p USING (import_id)
		UNION ALL
		SELECT f.business_date, p.channel, p.kind, p.currency, p.amount
		FROM file f JOIN recard.payment_confirmation c USING (import_id)
		JOIN recard.payment p ON p.payment_id = c.payment_id
	), told AS (
		SELECT recard.taipei_date(n.received_at) AS day, n.*
		FROM span, recard.payment_notice n
		WHERE n.received_at >= span.begins AND n.received_at < span.ends
	), found (day, channel, place, item, currency, count, amount) AS (
		SELECT recard.taipei_date(o.applied_at), NULL, 0, 'orders_made',
			'TWD', 1, o.amount
		FROM span, recard.orders o
		-- By the day in its number, which has an index.
		WHERE o.order_no >= first_order_of(first_day)
			AND o.order_no <= first_order_of(last_day) + 99999999
			AND o.applied_at >= span.begins AND o.applied_at < span.ends
		UNION ALL
		SELECT day, channel, 1, 'notices_' || CASE state
			WHEN 'refused' THEN state ELSE verdict END, NULL, 1, NULL
		FROM told
		UNION ALL
		SELECT day, channel, 2, 'notices_repeated', NULL, repeats, NULL
		FROM told WHERE repeats > 0
		UNION ALL
		SELECT d.day::date, f.channel, b.place, b.item, b.currency, 0,
			CASE WHEN b.currency IS NOT NULL THEN 0 END
		FROM generate_series(first_day::timestamp, last_day::timestamp,
				interval '1 day') AS d (day)
		CROSS JOIN recard.payment_feed f
		CROSS JOIN (VALUES (3, 'files', NULL), (4, 'lines_paid', 'TWD'),
			(6, 'settled', 'TWD')) AS b (place, item, currency)
		UNION ALL
		SELECT business_date, channel, 3, 'files', NULL, 1, NULL
		FROM file
		UNION ALL
		SELECT business_date, channel, CASE kind WHEN 'paid' THEN 4
			ELSE 5 END, 'lines_' || kind, currency, 1, amount
		FROM line
		UNION ALL
		SELECT f.business_date, f.channel, 5, 'lines_repeated', NULL,
			f.rows - l.told, NULL
		FROM file f, LATERAL (SELECT (SELECT count(*)
				FROM recard.payment p
				WHERE p.import_id = f.import_id) + (SELECT count(*)
				FROM recard.payment_confirmation c
				WHERE c.import_id = f.import_id) AS told) AS l
		WHERE f.rows > l.told
		UNION ALL
		SELECT recard.taipei_date(s.settled_at), p.channel, 6, 'settled',
			p.currency, 1, p.amount
		FROM span, recard.settled_payment s
		JOIN recard.payment p USING (payment_id)
		WHERE s.settled_at >= span.begins AND s.settled_at < span.ends
		UNION ALL
		SELECT recard.taipei_date(e.opened_at), p.channel, 7,
			'exception_' || e.reason, p.currency, 1, p.amount
		FROM span, recard.payment_exception e
		JOIN recard.payment p USING (payment_id)
		WHERE e.opened_at >= span.begins AND e.opened_at < span.ends
		UNION ALL
		SELECT recard.taipei_date(e.closed_at), p.channel, 8, 'refunded',
			p.currency, 1, p.amount
		FROM span, recard.payment_exception e
		JOIN recard.payment p USING (payment_id)
		WHERE e.closed_at >= span.begins AND e.closed_at < span.ends
			AND e.state = 'refunded'
		UNION ALL
		SELECT recard.taipei_date(u.since), p.channel, 9, 'unconfirmed',
			p.currency, 1, p.amount
		FROM span, recard.payment_unconfirmed u
		JOIN recard.payment p USING (payment_id)
		WHERE u.since >= span.begins AND u.since < span.ends
	)
	SELECT f.day, f.channel, f.item, f.currency, sum(f.count)::bigint,
		sum(f.amount)::bigint
	FROM found f
	GROUP BY GROUPING SETS ((f.day, f.channel, f.place, f.item, f.currency),
		(f.place, f.item, f.currency))
	ORDER BY grouping(f.day), f.day, f.channel NULLS FIRST, f.place, f.item,
		f.currency
$$;
