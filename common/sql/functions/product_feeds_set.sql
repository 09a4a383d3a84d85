-- Says which feeds carry the payments of a product: its unpaid orders are
-- purged only when each of them is known to cover the deadline.
-- Raises: RC020 when product or a channel is unknown, or there is no channel.
CREATE OR REPLACE FUNCTION product_feeds_set(of_product text,
	channels text[], actor text, why text, at timestamptz DEFAULT now())
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	unknown constant text := (SELECT string_agg(c.channel, ', ')
		FROM unnest(channels) AS c (channel) WHERE NOT EXISTS (SELECT
			FROM payment_feed f WHERE f.channel = c.channel));
	former text;
	objection record;
BEGIN
	PERFORM FROM product p WHERE p.product = of_product FOR NO KEY UPDATE;
	SELECT o.says, o.way_out INTO objection FROM (VALUES
	(1, NOT EXISTS (SELECT FROM product p WHERE p.product = of_product),
		'there is no such product', 'product list shows which there are'),
	(2, coalesce(btrim(why), '') = '', 'no reason is given',
		'say in a few words why'),
	(3, coalesce(cardinality(channels), 0) = 0, 'no feed is named',
		'a product without a feed has nobody to tell of its payments'),
	(4, unknown IS NOT NULL, format('there is no feed %s', unknown),
		'payment feeds shows which there are')
	) AS o (nth, holds, says, way_out) WHERE o.holds ORDER BY o.nth LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC020', MESSAGE = format(
			'product %s: %s', of_product, objection.says),
			HINT = objection.way_out;
	END IF;
	SELECT string_agg(f.channel, ' ' ORDER BY f.channel) INTO former
		FROM product_feed f WHERE f.product = of_product;
	DELETE FROM product_feed f WHERE f.product = of_product
		AND NOT f.channel = ANY (channels);
	INSERT INTO product_feed (product, channel)
		SELECT DISTINCT of_product, c.channel
		FROM unnest(channels) AS c (channel)
		ON CONFLICT DO NOTHING;
	PERFORM act(actor, format('feeds %s (were %s)', (SELECT string_agg(
		f.channel, ' ' ORDER BY f.channel) FROM product_feed f
		WHERE f.product = of_product), coalesce(former, 'none')),
		'product ' || of_product, why, at);
END
$$;
