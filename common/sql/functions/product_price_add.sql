-- Gives a product another price from a day on, which is today or later
-- (Taipei). The amount of an order stays what it was when it was made.
-- Raises: RC020 when that is not possible.
CREATE OR REPLACE FUNCTION product_price_add(of_product text, from_day date,
	fee integer, post integer, actor text, why text,
	at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	today constant date := taipei_date(at);
	objection record;
BEGIN
	SELECT o.says, o.way_out INTO objection FROM (VALUES
	(1, NOT EXISTS (SELECT FROM product p WHERE p.product = of_product),
		'there is no such product', 'product list shows which there are'),
	(2, coalesce(btrim(why), '') = '', 'no reason is given',
		'say in a few words why'),
	(3, from_day < today, format('%s is past', from_day),
		format('a price holds from today, %s, or a later day', today)),
	(4, least(fee, post) < 0 OR fee + post = 0,
		format('%s + %s is no price', fee, post),
		'fee and postage are 0 or more, and not both 0'),
	(5, EXISTS (SELECT FROM product_price d WHERE d.product = of_product
		AND d.valid_from = from_day),
		format('it has a price from %s on', from_day),
		'a price that is set stays; choose a later day')
	) AS o (nth, holds, says, way_out) WHERE o.holds ORDER BY o.nth LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC020', MESSAGE = format(
			'product %s: %s', of_product, objection.says),
			HINT = objection.way_out;
	END IF;
	INSERT INTO product_price (product, valid_from, card_fee, postage)
		VALUES (of_product, from_day, fee, post);
	PERFORM act(actor, format('price %s+%s from %s', fee, post, from_day),
		'product ' || of_product, why, at);
END
$$;
