-- What the portal shows to whoever has logged in: his card, what he may apply
-- for and what it costs, and his orders, the latest first.
-- Returns: {"name", "card": {"card_no": masked, "not_after", "status", "rank"},
-- "may_apply", "obstacle": {"code", "text", "way_out"} or null, "products":
-- [{"product", "display", "amount", "card_fee", "postage", "renew_from",
-- "pay_rule", "pay_window": seconds, "pay_by": if applied for now, "channels":
-- [{"channel", "display"}], "obstacle"}], "orders": [{"order_no", "product",
-- "status", "display", "held", "amount", "applied_at", "pay_by", "moved_at",
-- "can_edit", "can_activate"}], "more_orders": whether there are others}.
-- Raises: RC080 when the session is over.
CREATE OR REPLACE FUNCTION citizen_home(of_session bytea,
	at timestamptz DEFAULT now()) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	citizen record;
	card certificate;
	products jsonb;
	orders_of jsonb;
	numbers bigint[];
	obstacle jsonb;
	shown CONSTANT integer := 20;
BEGIN
	citizen := citizen_of(of_session, at);
	SELECT * INTO card FROM certificate WHERE card_no = citizen.card_no;
	SELECT jsonb_agg(jsonb_build_object('product', p.product,
			'display', p.display, 'amount', c.card_fee + c.postage,
			'card_fee', c.card_fee, 'postage', c.postage,
			'renew_from', card.not_after - p.renew_days,
			'pay_rule', p.pay_rule, 'pay_window',
			extract(epoch FROM p.pay_window)::bigint,
			'pay_by', taipei_time(pay_by_at(p.product, citizen_home.at)),
			'channels', (SELECT jsonb_agg(jsonb_build_object(
					'channel', f.channel,
					'display', f.display) ORDER BY f.channel)
				FROM product_feed l JOIN payment_feed f
					USING (channel)
				WHERE l.product = p.product),
			'obstacle', CASE WHEN o.code IS NOT NULL
				THEN jsonb_build_object('code', o.code,
					'text', o.words, 'way_out', o.way_out)
				END)
			ORDER BY p.product = 'moica' DESC, p.product)
		INTO products
		FROM product p
		JOIN LATERAL (SELECT x.card_fee, x.postage FROM product_price x
			WHERE x.product = p.product
				AND x.valid_from <= taipei_date(citizen_home.at)
			ORDER BY x.valid_from DESC LIMIT 1) AS c ON true,
		renewal_obstacle(citizen.card_no, p.product, citizen_home.at)
			AS o;
	-- What stands in the way of all of them: that of the first.
	IF NOT EXISTS (SELECT FROM jsonb_array_elements(products) AS p (product)
		WHERE p.product -> 'obstacle' = 'null')
	THEN
		obstacle := products -> 0 -> 'obstacle';
	END IF;
	-- Numbers begin with the day. All of them first, by the holder's index:
	-- the planner does not know how few he has, and with LIMIT or a join it
	-- would rather read everybody's.
	numbers := ARRAY(SELECT m.order_no FROM (SELECT a.order_no
			FROM applicant a
			WHERE a.holder_hash = citizen.holder_hash OFFSET 0) AS m
		ORDER BY m.order_no DESC LIMIT shown + 1);
	SELECT jsonb_agg(jsonb_build_object('order_no', order_text(o.order_no),
			'product', o.product, 'status', o.status,
			'display', s.display, 'held', o.held,
			'amount', o.amount,
			'applied_at', taipei_time(o.applied_at),
			'pay_by', taipei_time(o.pay_by),
			'moved_at', taipei_time(o.moved_at),
			'can_edit', o.status = 'unpaid',
			'can_activate', activation_open(o.order_no))
			ORDER BY o.order_no DESC)
		INTO orders_of
		FROM orders o JOIN order_state s USING (status)
		WHERE o.order_no = ANY (numbers);
	orders_of := coalesce(orders_of, '[]');
	RETURN jsonb_build_object('name', card.name,
		'card', jsonb_build_object('card_no', mask_card(card.card_no),
			'not_after', card.not_after, 'status', card.status,
			'rank', card.rank),
		'may_apply', obstacle IS NULL AND products IS NOT NULL,
		'obstacle', obstacle, 'products', coalesce(products, '[]'),
		'orders', orders_of - shown,
		'more_orders', jsonb_array_length(orders_of) > shown);
END
$$;
