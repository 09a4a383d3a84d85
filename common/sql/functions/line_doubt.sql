-- Looks at the number of a batch that a line signed for and the database does
-- not know. One that this database has yet to reach was handed out by a later
-- state of it: the line is stopped.
CREATE OR REPLACE FUNCTION line_doubt(of_line text, of_batch text, actor text,
	at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	IF EXISTS (SELECT FROM card_line l WHERE l.line = of_line
		AND l.series = left(right(of_batch, 6), 1)::integer
		AND right(of_batch, 5)::integer > l.last_number)
	THEN
		PERFORM line_stop(of_line, format('the line answers %s, which '
			'this database has not reached', of_batch), actor, at);
	END IF;
END
$$;
