-- Part of book_tracking(): finds among its rows those that the table of letters
-- does not take. The same line twice is one letter. Where one number stands for
-- two orders, or one order with two numbers, nobody knows which of them is
-- right: none is taken.
-- Raises: an internal error when there is nothing to find.
CREATE OR REPLACE FUNCTION mail_twice() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	UPDATE booked_mail m SET verdict = b.verdict
		FROM (SELECT line, CASE WHEN taken THEN 'number_used'
				WHEN orders > 1 THEN 'number_twice'
				WHEN numbers > 1 THEN 'order_twice'
				WHEN nth > 1 THEN 'duplicate' END AS verdict
			FROM (SELECT r.line, r.nth,
				max(r.order_rank) OVER number AS orders,
				max(r.number_rank) OVER one_order AS numbers,
				EXISTS (SELECT FROM mail_item x
					WHERE x.posted_on = r.posted_on
						AND left(x.tracking_no, 14)
							= r.number) AS taken
				FROM (SELECT line, order_no, posted_on,
					left(tracking_no, 14) AS number,
					row_number() OVER (PARTITION BY order_no,
						posted_on, left(tracking_no, 14)
						ORDER BY line) AS nth,
					dense_rank() OVER (PARTITION BY posted_on,
						left(tracking_no, 14)
						ORDER BY order_no) AS order_rank,
					dense_rank() OVER (PARTITION BY order_no
						ORDER BY posted_on,
						left(tracking_no, 14))
						AS number_rank
					FROM booked_mail
					WHERE verdict = 'posts') AS r
				WINDOW number AS (PARTITION BY r.posted_on,
						r.number),
					one_order AS (PARTITION BY r.order_no))
				AS n) AS b
		WHERE m.line = b.line AND b.verdict IS NOT NULL;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'internal_error', MESSAGE =
			'letters are refused, and none stands twice';
	END IF;
END
$$;
