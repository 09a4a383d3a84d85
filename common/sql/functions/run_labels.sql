-- The labels of a run in printing order, and where on its sheets they are.
-- Sheets and cells count from 1, cells row by row. sheet is NULL for runs of
-- before sheets were kept.
CREATE OR REPLACE FUNCTION run_labels(of_run text)
RETURNS TABLE (label_no bigint, order_no bigint, copy_no integer,
	state label_state, sheet integer, cell integer)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT p.label_no, p.order_no, p.copy_no, p.state,
		(p.n / p.cells)::integer + 1, (p.n % p.cells)::integer + 1
	FROM (SELECT l.label_no, l.order_no, l.copy_no, l.state, l.place,
			r.cells, r.start_cell - 2
				+ row_number() OVER (ORDER BY l.place) AS n
		FROM recard.label_run r JOIN recard.label l USING (run_no)
		WHERE r.run_no = of_run
			AND (l.state <> 'void' OR r.state <> 'cut')) AS p
	ORDER BY p.place
$$;
