-- Cuts a list of the letters that are ready for the post: card made, label
-- printed, on no list yet.
-- Parameters: at most how many; cut when at least so many are ready, or when
-- the oldest has been so long; who; the moment.
-- Returns: the list number, or NULL when it is not time.
CREATE OR REPLACE FUNCTION cut_posting_list(at_most integer, min_letters integer,
	max_age interval, actor text, at timestamptz DEFAULT now())
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	ready bigint[];
	oldest timestamptz;
	made record;
BEGIN
	PERFORM FROM counter WHERE name = 'posting_list' FOR UPDATE;
	SELECT array_agg(label_no), min(moved_at) INTO ready, oldest FROM (
		SELECT l.label_no, o.moved_at FROM orders o
		JOIN label l ON l.order_no = o.order_no AND l.state = 'printed'
		JOIN applicant a ON a.order_no = o.order_no
		WHERE o.status = 'produced' AND NOT o.held
			AND NOT EXISTS (SELECT FROM posting_line p
				WHERE p.label_no = l.label_no)
		ORDER BY a.postal_code COLLATE "C", o.order_no LIMIT at_most
		FOR UPDATE OF l SKIP LOCKED) AS locked;
	IF ready IS NULL OR (cardinality(ready) < min_letters
		AND oldest > at - max_age)
	THEN
		RETURN NULL;
	END IF;
	made := next_number('posting_list', 'PL', at);
	INSERT INTO posting_list (list_no, sequence, created_at)
		VALUES (made.number, made.sequence, at);
	INSERT INTO posting_line (list_no, line, label_no)
		SELECT made.number, row_number() OVER (ORDER BY
			a.postal_code COLLATE "C", order_no), label_no
		FROM label JOIN applicant a USING (order_no)
		WHERE label_no = ANY (ready);
	RETURN made.number;
END
$$;
