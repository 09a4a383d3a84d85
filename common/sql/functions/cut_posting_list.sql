-- Cuts a list of the letters of one area that are ready for the post: card
-- made, label printed, on no list yet.
-- Parameters: at most how many; cut when at least so many of an area are
-- ready, or when the oldest has been so long; what local postal codes begin
-- with; whether card and label must have been checked against each other;
-- who; the moment.
-- Returns: the list number, or NULL when it is not time.
CREATE OR REPLACE FUNCTION cut_posting_list(at_most integer, min_letters integer,
	max_age interval, local_codes text[], packed_only boolean, actor text,
	at timestamptz DEFAULT now())
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
	ready bigint[];
	made record;
BEGIN
	PERFORM FROM counter WHERE name = 'posting_list' FOR UPDATE;
	SELECT w.local INTO due_local FROM (SELECT
			a.postal_code LIKE ANY (local_like) AS local,
			r.moved_at
		FROM letter_ready r JOIN addressee a USING (label_no)
		WHERE r.packed OR NOT packed_only) AS w
	GROUP BY w.local
	HAVING count(*) >= min_letters OR min(w.moved_at) <= at - max_age
	ORDER BY min(w.moved_at), w.local LIMIT 1;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	SELECT array_agg(label_no) INTO ready FROM (
		SELECT l.label_no FROM letter_ready r
		JOIN label l USING (label_no)
		JOIN addressee a ON a.label_no = l.label_no
		WHERE (r.packed OR NOT packed_only)
			AND (a.postal_code LIKE ANY (local_like)) = due_local
		ORDER BY a.postal_code COLLATE "C", r.order_no LIMIT at_most
		FOR UPDATE OF l SKIP LOCKED) AS locked;
	IF ready IS NULL THEN
		RETURN NULL;
	END IF;
	made := next_number('posting_list', 'PL', at);
	INSERT INTO posting_list (list_no, sequence, area, created_at)
		VALUES (made.number, made.sequence, CASE WHEN due_local
			THEN 'local' ELSE 'out_of_town' END, at);
	INSERT INTO posting_line (list_no, line, label_no)
		SELECT made.number, row_number() OVER (ORDER BY
			a.postal_code COLLATE "C", order_no), label_no
		FROM label JOIN addressee a USING (label_no)
		WHERE label_no = ANY (ready);
	RETURN made.number;
END
$$;
