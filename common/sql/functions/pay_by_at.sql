-- By when an order of a product is to be paid that is made at a moment: so many
-- hours later, or at the end of that day in Taipei.
CREATE OR REPLACE FUNCTION pay_by_at(of_product text, at timestamptz)
RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT CASE pay_rule WHEN 'hours' THEN at + pay_window
		ELSE (recard.taipei_date(at + pay_window) + 1)::timestamp
			AT TIME ZONE 'Asia/Taipei' END
	FROM recard.product WHERE product = of_product
$$;
