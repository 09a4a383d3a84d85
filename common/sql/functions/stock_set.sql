-- Records blank cards: a count of those that are there, or a delivery.
-- Parameters: line; product; cards; whether they come to those that are
-- left; who; why; the moment.
-- Returns: how many are left now.
-- Raises: RC062 when line or product is unknown, or the line does not make
-- the product.
CREATE OR REPLACE FUNCTION stock_set(of_line text, of_product text,
	cards integer, delivered boolean, actor text, reason text,
	at timestamptz DEFAULT now()) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	known card_line;
	now_there bigint;
BEGIN
	-- Whoever is cutting for this line this moment comes before or after.
	SELECT * INTO known FROM card_line l WHERE l.line = of_line
		AND (l.products = '{}' OR of_product = ANY (l.products))
		FOR UPDATE;
	IF NOT FOUND OR NOT EXISTS (SELECT FROM product p
		WHERE p.product = of_product)
	THEN
		RAISE EXCEPTION USING ERRCODE = 'RC062', MESSAGE = format(
			'line %s makes no product %s', of_line, of_product),
			HINT = 'line list shows what each makes';
	END IF;
	now_there := cards + CASE WHEN delivered
		THEN coalesce(stock_left(of_line, of_product), 0) ELSE 0 END;
	INSERT INTO card_stock AS s (line, product, cards, after_number,
			counted_at, counted_by)
		VALUES (of_line, of_product, now_there, known.last_number, at,
			actor)
		ON CONFLICT (line, product) DO UPDATE SET
			cards = excluded.cards,
			after_number = excluded.after_number,
			counted_at = excluded.counted_at,
			counted_by = excluded.counted_by;
	PERFORM act(actor, CASE WHEN delivered THEN 'delivered ' ELSE 'counted '
		END || cards, format('stock %s %s', of_line, of_product),
		reason, at);
	PERFORM pg_notify('recard_manufacture', '');
	RETURN now_there;
END
$$;
