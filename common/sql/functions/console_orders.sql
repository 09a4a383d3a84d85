-- Orders, a page at a time. Those of a status that is no end: which have stood
-- there longest first. Others: the newest first.
-- Parameters: status, NULL: any; key that the former page ended with, NULL:
-- the first page; at most how many.
-- Returns: key: where the next page starts.
CREATE OR REPLACE FUNCTION console_orders(of_status text, after text,
	at_most integer)
RETURNS TABLE (key text, order_no text, product text, status text,
	held boolean, amount integer, applied_at timestamptz,
	pay_by timestamptz, moved_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	wanted order_status := of_status;
	-- "microseconds-order" where the moment counts, or "order".
	since timestamptz := CASE WHEN after LIKE '%-%' THEN to_timestamp(0)
		+ split_part(after, '-', 1)::bigint * interval '1 microsecond'
		END;
	last bigint := split_part(after, '-', CASE WHEN after LIKE '%-%'
		THEN 2 ELSE 1 END)::bigint;
BEGIN
	-- Each by an index of its own, however many orders there are.
	IF wanted IN ('cancelled', 'closed') THEN
		RETURN QUERY SELECT order_text(o.order_no),
				order_text(o.order_no), o.product,
				o.status::text, o.held, o.amount, o.applied_at,
				o.pay_by, o.moved_at
			FROM orders o WHERE o.status = wanted
				AND o.status IN ('cancelled', 'closed')
				AND o.order_no < coalesce(last, 99999999999999)
			ORDER BY o.order_no DESC LIMIT at_most;
	ELSIF wanted IS NULL OR wanted IN ('activated', 'purged') THEN
		RETURN QUERY SELECT order_text(o.order_no),
				order_text(o.order_no), o.product,
				o.status::text, o.held, o.amount, o.applied_at,
				o.pay_by, o.moved_at
			FROM orders o WHERE (wanted IS NULL OR o.status = wanted)
				AND o.order_no < coalesce(last, 99999999999999)
			ORDER BY o.order_no DESC LIMIT at_most;
	ELSE
		RETURN QUERY SELECT (extract(epoch FROM o.moved_at) * 1000000)
				::bigint || '-' || o.order_no,
				order_text(o.order_no), o.product,
				o.status::text, o.held, o.amount, o.applied_at,
				o.pay_by, o.moved_at
			FROM orders o WHERE o.status = wanted
				AND o.status NOT IN ('activated', 'purged',
					'cancelled', 'closed')
				AND o.moved_at >= coalesce(since, '-infinity')
				AND (o.moved_at, o.order_no) > (coalesce(since,
					'-infinity'), coalesce(last, -1))
			ORDER BY o.moved_at, o.order_no LIMIT at_most;
	END IF;
END
$$;
