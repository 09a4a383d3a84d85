-- Cuts one label run from the labels that wait: by postal code, then order
-- number. Those of held orders wait.
-- Parameters: at most how many labels; cut when at least so many wait, or
-- when the oldest has waited so long; layout; first cell to use on the
-- first sheet (from 1); who; the moment.
-- Returns: the run number, or NULL when it is not time.
CREATE OR REPLACE FUNCTION cut_label_run(at_most integer, min_labels integer,
	max_age interval, of_layout text, first_cell integer, actor text,
	at timestamptz DEFAULT now()) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	taken bigint[];
	made record;
BEGIN
	PERFORM FROM counter WHERE name = 'label_run' FOR UPDATE;
	IF NOT (SELECT count(*) >= min_labels OR min(l.created_at) <= at - max_age
		FROM label l JOIN orders o USING (order_no)
		WHERE l.state = 'pending' AND l.run_no IS NULL
			AND l.blocked IS NULL AND NOT o.held)
	THEN
		RETURN NULL;
	END IF;
	SELECT array_agg(label_no) INTO taken FROM (
		SELECT l.label_no FROM label l JOIN applicant a USING (order_no)
		JOIN orders o USING (order_no)
		WHERE NOT o.held AND l.state = 'pending' AND l.run_no IS NULL
			AND l.blocked IS NULL
		ORDER BY a.postal_code COLLATE "C", l.order_no LIMIT at_most
		FOR UPDATE OF l SKIP LOCKED) AS locked;
	IF taken IS NULL THEN
		RETURN NULL;
	END IF;
	made := next_number('label_run', 'LR', at);
	INSERT INTO label_run (run_no, sequence, layout, start_cell,
			created_at)
		VALUES (made.number, made.sequence, of_layout, first_cell, at);
	UPDATE label l SET run_no = made.number, place = sorted.place
		FROM (SELECT label_no, row_number() OVER (ORDER BY
				a.postal_code COLLATE "C", order_no) AS place
			FROM label JOIN applicant a USING (order_no)
			WHERE label_no = ANY (taken)) AS sorted
		WHERE l.label_no = sorted.label_no;
	RETURN made.number;
END
$$;
