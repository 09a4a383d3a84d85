-- Orders, a page at a time. Those of a status that is no end: which have stood
-- there longest first; days and age are of that. Others: the newest first;
-- days and age are of the application.
-- Parameters: status, product, 'yes': only held ones; days (Asia/Taipei) from,
-- to; how old at least; each NULL: any; key that the former page ended with,
-- NULL: the first page; at most how many; the moment.
-- Returns: key: where the next page starts. What no index narrows down is
-- looked for among 10,000 orders at a time; when they are through, the last
-- row has its key alone.
CREATE OR REPLACE FUNCTION console_orders(of_status text, of_product text,
	only_held text, first_day date, last_day date, older text, after text,
	at_most integer, at timestamptz DEFAULT now())
RETURNS TABLE (key text, order_no text, product text, status text,
	held boolean, amount integer, applied_at timestamptz,
	pay_by timestamptz, moved_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	wanted CONSTANT order_status := of_status;
	ended CONSTANT boolean := wanted IS NULL
		OR wanted IN ('activated', 'purged', 'cancelled', 'closed');
	since record;
	-- Up to the end of a day, or before an age.
	until CONSTANT timestamptz := least(day_begin(last_day + 1),
		console_orders.at - older::interval, 'infinity');
	from_moment CONSTANT timestamptz := coalesce(day_begin(first_day),
		'-infinity');
	-- Order numbers begin with the day.
	lowest CONSTANT bigint := coalesce(first_order_of(first_day), 0);
	below bigint := least(CASE WHEN isfinite(until) THEN first_order_of(
			taipei_date(until - interval '1 microsecond'))
		+ 99999999 END, 99999999999999);
	seen orders[];
	looked CONSTANT integer := CASE WHEN of_product IS NULL AND (NOT ended
		OR wanted IS NULL OR wanted IN ('cancelled', 'closed'))
		AND (NOT ended OR older IS NULL)
		THEN at_most ELSE greatest(10000, at_most) END;
BEGIN
	since := console_moment(CASE WHEN NOT ended THEN after END);
	IF ended THEN
		below := least(below, after::bigint - 1);
	END IF;
	-- Each by an index of its own, however many orders there are.
	IF only_held IS NOT NULL THEN
		seen := ARRAY(SELECT o FROM hold h JOIN orders o
				ON o.order_no = h.order_no
			WHERE h.released_at IS NULL AND o.held
				AND (wanted IS NULL OR o.status = wanted)
				AND CASE WHEN ended THEN o.order_no
					BETWEEN lowest AND below
				ELSE o.moved_at >= from_moment
					AND o.moved_at < until
					AND (o.moved_at, o.order_no)
						> (since.at, since.number) END
			ORDER BY CASE WHEN NOT ended THEN o.moved_at END,
				CASE WHEN ended THEN -o.order_no
				ELSE o.order_no END
			LIMIT looked);
	ELSIF wanted IN ('cancelled', 'closed') THEN
		seen := ARRAY(SELECT o FROM orders o WHERE o.status = wanted
				AND o.status IN ('cancelled', 'closed')
				AND o.order_no BETWEEN lowest AND below
			ORDER BY o.order_no DESC LIMIT looked);
	ELSIF ended THEN
		seen := ARRAY(SELECT o FROM orders o
			WHERE o.order_no BETWEEN lowest AND below
			ORDER BY o.order_no DESC LIMIT looked);
	ELSE
		seen := ARRAY(SELECT o FROM orders o WHERE o.status = wanted
				AND o.status NOT IN ('activated', 'purged',
					'cancelled', 'closed')
				AND o.moved_at >= greatest(since.at, from_moment)
				AND o.moved_at < until
				AND (o.moved_at, o.order_no)
					> (since.at, since.number)
			ORDER BY o.moved_at, o.order_no LIMIT looked);
	END IF;
	RETURN QUERY WITH found AS (SELECT s.*, CASE WHEN ended
			THEN s.order_no::text ELSE (extract(epoch FROM s.moved_at)
				* 1000000)::bigint || '-' || s.order_no END AS k,
			(of_product IS NULL OR s.product = of_product)
				AND (wanted IS NULL OR s.status = wanted)
			-- Its number tells the day alone.
			AND (NOT ended OR older IS NULL
				OR s.applied_at < until) AS fits
		FROM unnest(seen) WITH ORDINALITY AS s), page AS (
		SELECT f.* FROM found f WHERE f.fits ORDER BY f.ordinality
			LIMIT at_most)
	SELECT p.k, order_text(p.order_no), p.product, p.status::text, p.held,
		p.amount, p.applied_at, p.pay_by, p.moved_at FROM page p
	UNION ALL
	(SELECT f.k, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM found f
	WHERE looked > at_most AND cardinality(seen) = looked
		AND (SELECT count(*) FROM page) < at_most
	ORDER BY f.ordinality DESC LIMIT 1);
END
$$;
