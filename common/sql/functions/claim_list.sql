-- Claims, the oldest first: open ones, or all.
-- Parameters: whether closed ones too; at most how many; the claim to go on
-- after; for how long open, NULL: any; the moment.
CREATE OR REPLACE FUNCTION claim_list(closed_too boolean, at_most integer,
	after_claim bigint DEFAULT 0, standing interval DEFAULT NULL,
	at timestamptz DEFAULT now())
RETURNS TABLE (claim bigint, order_no text, status text,
	opened_at timestamptz, opened_by text, reason text, notes bigint,
	closed_at timestamptz, outcome text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT c.claim_id, recard.order_text(c.order_no), o.status::text,
		c.opened_at, c.opened_by, c.reason,
		(SELECT count(*) FROM recard.claim_note n
			WHERE n.claim_id = c.claim_id), c.closed_at, c.outcome
	FROM recard.claim c JOIN recard.orders o USING (order_no)
	WHERE (closed_too OR c.closed_at IS NULL)
		AND c.claim_id > coalesce(after_claim, 0)
		AND (standing IS NULL OR c.opened_at <= claim_list.at - standing)
	ORDER BY c.claim_id LIMIT at_most
$$;
