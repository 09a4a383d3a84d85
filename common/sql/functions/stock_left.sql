-- Blank cards that a line has left for a product: those counted, less those
-- put into batches since; a batch that was given up took none. NULL: they are
-- not counted.
CREATE OR REPLACE FUNCTION stock_left(of_line text, of_product text)
RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT greatest(0, s.cards - coalesce((SELECT sum(coalesce(b.cards,
			(SELECT count(*) FROM recard.card_batch_line l
			WHERE l.batch_no = b.batch_no)))
		FROM recard.card_batch b WHERE b.line = s.line
			AND b.product = s.product
			AND mod(b.sequence, 100000) > s.after_number
			-- What the line refused was never made.
			AND b.state <> 'abandoned'), 0))::bigint
	FROM recard.card_stock s
	WHERE s.line = of_line AND s.product = of_product
$$;
