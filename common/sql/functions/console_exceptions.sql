-- What waits for somebody outside of payments, a page at a time: what is open,
-- the oldest first, or what was closed, the newest first.
-- Parameters: kind, reason, NULL: any; 'closed': those; days (Asia/Taipei) on
-- which it was opened, from, to, NULL: any; how old at least; number that the
-- former page ended with, NULL: the first page; at most how many.
-- Returns: ways: what can be done, as of exception_acts().
CREATE OR REPLACE FUNCTION console_exceptions(of_kind text, of_reason text,
	of_state text, first_day date, last_day date, older text, after bigint,
	at_most integer, at timestamptz DEFAULT now())
RETURNS TABLE (exception_id bigint, kind text, order_no text, subject text,
	reason text, opened_at timestamptz, age interval,
	closed_at timestamptz, closed_by text, resolution text,
	suggestion text, ways text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	closed CONSTANT boolean := coalesce(of_state, '') = 'closed';
	since CONSTANT timestamptz := coalesce(day_begin(first_day), '-infinity');
	until CONSTANT timestamptz := least(day_begin(last_day + 1),
		console_exceptions.at - older::interval, 'infinity');
	seen bigint[];
BEGIN
	IF closed THEN
		seen := ARRAY(SELECT e.exception_id FROM exception e
			WHERE e.closed_at IS NOT NULL
				AND e.exception_id < coalesce(after,
					9223372036854775807)
				AND (of_kind IS NULL OR e.kind = of_kind)
				AND (of_reason IS NULL OR e.reason = of_reason)
				AND e.opened_at >= since AND e.opened_at < until
			ORDER BY e.exception_id DESC LIMIT at_most);
	ELSE
		seen := ARRAY(SELECT e.exception_id FROM exception e
			WHERE e.closed_at IS NULL
				AND e.exception_id > coalesce(after, 0)
				AND (of_kind IS NULL OR e.kind = of_kind)
				AND (of_reason IS NULL OR e.reason = of_reason)
				AND e.opened_at >= since AND e.opened_at < until
			ORDER BY e.exception_id LIMIT at_most);
	END IF;
	RETURN QUERY SELECT e.exception_id, e.kind, order_text(e.order_no),
			CASE WHEN e.subject IS DISTINCT FROM
				order_text(e.order_no) THEN e.subject END,
			e.reason, e.opened_at, coalesce(e.closed_at,
				console_exceptions.at) - e.opened_at,
			e.closed_at, e.closed_by, e.resolution,
			CASE WHEN e.closed_at IS NULL THEN exception_suggestion(
				e.kind, e.reason) END,
			CASE WHEN e.closed_at IS NULL THEN exception_acts(e.kind,
				e.reason, order_text(e.order_no), e.subject,
				e.exception_id) END
		FROM unnest(seen) WITH ORDINALITY AS s (id, place)
		JOIN exception e ON e.exception_id = s.id
		ORDER BY s.place;
END
$$;
