-- Cuts one label run from the labels that wait, of one area, by postal code,
-- then order number. Those of held orders wait.
-- Parameters: sheets at most, cells on a sheet, first cell to use (from 1);
-- cut when at least so many wait in an area, or when the oldest has waited so
-- long; layout, file format and printer (NULL: none); what local postal codes
-- begin with; the office and kind whose mail numbers are printed, 8 digits
-- (NULL: none), and the first and last serial that it allotted; who; the
-- moment.
-- Returns: the run number, or NULL when it is not time. Labels for which no
-- serial is left have no mail number.
CREATE OR REPLACE FUNCTION cut_label_run(at_most integer, sheet_cells integer,
	first_cell integer, min_labels integer, max_age interval,
	of_layout text, of_format text, to_printer text,
	local_codes text[], office text, first_serial integer,
	last_serial integer, actor text, at timestamptz DEFAULT now())
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	-- In line, since it is asked of every letter that waits.
	local_like text[] := ARRAY(SELECT code || '%' FROM unnest(local_codes)
		AS c (code));
	due_local boolean;
	taken bigint[];
	made record;
BEGIN
	PERFORM FROM counter WHERE name = 'label_run' FOR UPDATE;
	SELECT w.local INTO due_local FROM (SELECT
			a.postal_code LIKE ANY (local_like) AS local,
			l.created_at
		FROM label l JOIN addressee a USING (label_no)
		JOIN orders o USING (order_no)
		WHERE l.state = 'pending' AND l.run_no IS NULL
			AND l.blocked IS NULL AND NOT o.held) AS w
	GROUP BY w.local
	HAVING count(*) >= min_labels OR min(w.created_at) <= at - max_age
	ORDER BY min(w.created_at), w.local LIMIT 1;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	SELECT array_agg(label_no) INTO taken FROM (
		SELECT l.label_no FROM label l JOIN addressee a USING (label_no)
		JOIN orders o USING (order_no)
		WHERE NOT o.held AND l.state = 'pending' AND l.run_no IS NULL
			AND l.blocked IS NULL
			AND (a.postal_code LIKE ANY (local_like)) = due_local
		ORDER BY a.postal_code COLLATE "C", l.order_no
		LIMIT at_most * sheet_cells - (first_cell - 1)
		FOR UPDATE OF l SKIP LOCKED) AS locked;
	IF taken IS NULL THEN
		RETURN NULL;
	END IF;
	made := next_number('label_run', 'LR', at);
	INSERT INTO label_run (run_no, sequence, layout, start_cell, cells,
			area, format, printer, created_at)
		VALUES (made.number, made.sequence, of_layout, first_cell,
			sheet_cells, CASE WHEN due_local THEN 'local'
				ELSE 'out_of_town' END, of_format, to_printer, at);
	UPDATE label l SET run_no = made.number, place = sorted.place
		FROM (SELECT label_no, row_number() OVER (ORDER BY
				a.postal_code COLLATE "C", order_no) AS place
			FROM label JOIN addressee a USING (label_no)
			WHERE label_no = ANY (taken)) AS sorted
		WHERE l.label_no = sorted.label_no;
	IF office IS NOT NULL THEN
		PERFORM allot_mail_numbers(made.number, office, first_serial,
			last_serial);
	END IF;
	RETURN made.number;
END
$$;
