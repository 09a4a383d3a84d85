-- What the holder looks at before he accepts his new certificate, and how many
-- tries his user code has left.
-- Returns: {"order_no", "status", "certificate": {"name", "card_no", "serial",
-- "valid_from", "valid_to", "rank", "status", "issuer", "product"} or null,
-- while no card is made, "open", "locked", "tries_left", "activated_at"}; NULL
-- for an order that is none of his.
-- Raises: RC080 when the session is over.
CREATE OR REPLACE FUNCTION citizen_activation(of_session bytea, of_order bigint,
	at timestamptz DEFAULT now()) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	IF NOT citizen_owns(of_session, of_order, 'activation', at) THEN
		RETURN NULL;
	END IF;
	RETURN (SELECT jsonb_build_object('order_no', order_text(of_order),
		'status', o.status, 'certificate', (SELECT jsonb_build_object(
				'name', c.name, 'card_no', c.card_no,
				'serial', c.serial, 'valid_from', b.valid_from,
				'valid_to', c.not_after, 'rank', c.rank,
				'status', c.status, 'issuer', p.issuer,
				'product', p.display)
			FROM card_job j
			JOIN certificate c ON c.card_no = j.new_card_no
			JOIN card_batch_line l USING (job_no)
			JOIN card_batch b USING (batch_no)
			WHERE j.order_no = of_order AND j.state = 'made'),
		'open', activation_open(of_order),
		'locked', a.locked_at IS NOT NULL, 'tries_left', 4 - a.tries,
		'activated_at', taipei_time(a.activated_at))
	FROM orders o JOIN product p USING (product)
	JOIN activation a USING (order_no) WHERE o.order_no = of_order);
END
$$;
