-- An order number as it is written: 14 digits.
CREATE OR REPLACE FUNCTION order_text(order_no bigint) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
	SELECT lpad(order_no::text, 14, '0')
$$;
