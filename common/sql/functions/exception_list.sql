-- What waits for somebody outside of payments, the oldest first, with what to
-- do about each.
-- Parameters: kind, NULL: any; whether closed ones too; at most how many; the
-- moment; the exception to go on after; reason; for how long open, NULL: any.
CREATE OR REPLACE FUNCTION exception_list(of_kind text, closed_too boolean,
	at_most integer, at timestamptz DEFAULT now(),
	after_exception bigint DEFAULT NULL, of_reason text DEFAULT NULL,
	standing interval DEFAULT NULL)
RETURNS TABLE (exception_id bigint, kind text, order_no text, subject text,
	reason text, opened_at timestamptz, age interval,
	closed_at timestamptz, closed_by text, resolution text,
	suggestion text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT exception_id, kind, recard.order_text(order_no), subject, reason,
		opened_at, coalesce(closed_at, at) - opened_at, closed_at,
		closed_by, resolution, CASE WHEN closed_at IS NULL
			THEN recard.exception_suggestion(kind, reason) END
	FROM recard.exception
	WHERE (of_kind IS NULL OR kind = of_kind)
		AND (closed_too OR closed_at IS NULL)
		AND (of_reason IS NULL OR reason = of_reason)
		AND (standing IS NULL
			OR opened_at <= exception_list.at - standing)
		AND (after_exception IS NULL OR (opened_at, exception_id)
			> (SELECT l.opened_at, l.exception_id
				FROM recard.exception l
				WHERE l.exception_id = after_exception))
	ORDER BY opened_at, exception_id LIMIT at_most
$$;
