-- One order as its holder sees it: what he filled in, what it costs, how far it
-- is, and what comes next.
-- Returns: {"order_no", "product", "product_display", "status", "display",
-- "held", "amount", "applied_at", "pay_by", "paid_at", "channels", "name",
-- "postal_code", "address", "outlying_island", "phone", "email", "can_edit",
-- "steps": [{"event", "status", "display", "at"; null for what is to come}],
-- "letter": {"tracking_no", "posted_on", "promised_on", "overdue", "event":
-- {"code", "meaning", "office", "reason", "at"} or null} or null,
-- "activation": {"open", "locked", "tries_left", "activated_at"}}; NULL for an
-- order that is none of his.
-- Raises: RC080 when the session is over.
CREATE OR REPLACE FUNCTION citizen_order(of_session bytea, of_order bigint,
	at timestamptz DEFAULT now()) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	-- What lies before an order; a letter that came back waits for somebody
	-- to decide.
	way CONSTANT order_status[] := '{unpaid,paid,queued,producing,produced,mailed,delivered,activated}';
	o record;
	a applicant;
	steps jsonb;
	letter jsonb;
BEGIN
	IF NOT citizen_owns(of_session, of_order, 'order', at) THEN
		RETURN NULL;
	END IF;
	SELECT o.*, s.display, p.display AS product_display INTO o
		FROM orders o JOIN order_state s USING (status)
		JOIN product p USING (product) WHERE o.order_no = of_order;
	SELECT * INTO a FROM applicant WHERE order_no = of_order;
	SELECT jsonb_agg(jsonb_build_object('event', w.event,
			'status', w.status, 'display', s.display,
			'at', taipei_time(w.at)) ORDER BY w.place, w.move_no)
		INTO steps
		FROM (SELECT 0 AS place, h.move_no, h.event,
				h.to_status AS status, h.at
			FROM order_history h WHERE h.order_no = of_order
			UNION ALL
			SELECT 1, n.place::integer, NULL, n.status, NULL
			FROM unnest(way) WITH ORDINALITY AS n (status, place)
			WHERE n.place > array_position(way, o.status)) AS w
		JOIN order_state s USING (status);
	SELECT jsonb_build_object('tracking_no', m.tracking_no,
			'posted_on', m.posted_on, 'promised_on', m.promised_on,
			'overdue', o.status = 'mailed'
				AND coalesce(m.promised_on
					< taipei_date(citizen_order.at), false),
			'event', (SELECT jsonb_build_object('code', e.code,
					'meaning', mail_event_meaning(e.code),
					'office', e.office, 'reason', e.reason,
					'at', taipei_time(e.at))
				FROM mail_event e
				WHERE e.mail_item_id = m.mail_item_id
				ORDER BY e.at DESC, e.code DESC LIMIT 1))
		INTO letter
		FROM mail_item m JOIN label l USING (label_no)
		-- A letter that came back is history once a new one is meant.
		WHERE m.order_no = of_order AND l.state <> 'void'
		ORDER BY m.mail_item_id DESC LIMIT 1;
	RETURN jsonb_build_object('order_no', order_text(of_order),
		'product', o.product, 'product_display', o.product_display,
		'status', o.status, 'display', o.display, 'held', o.held,
		'amount', o.amount, 'applied_at', taipei_time(o.applied_at),
		'pay_by', taipei_time(o.pay_by),
		'paid_at', (SELECT taipei_time(s.settled_at)
			FROM settled_payment s WHERE s.order_no = of_order),
		'channels', (SELECT jsonb_agg(jsonb_build_object(
				'channel', f.channel, 'display', f.display)
				ORDER BY f.channel)
			FROM product_feed l JOIN payment_feed f USING (channel)
			WHERE l.product = o.product),
		'name', a.name, 'postal_code', a.postal_code,
		'address', a.address, 'outlying_island',
		(SELECT bool_or(p.outlying_island) FROM postal_area p
			WHERE p.zip3 = left(a.postal_code, 3)),
		'phone', a.phone, 'email', a.email,
		'can_edit', o.status = 'unpaid', 'steps', steps,
		'letter', letter, 'activation', (SELECT jsonb_build_object(
			'open', activation_open(of_order),
			'locked', c.locked_at IS NOT NULL,
			'tries_left', 4 - c.tries,
			'activated_at', taipei_time(c.activated_at))
		FROM activation c WHERE c.order_no = of_order));
END
$$;
