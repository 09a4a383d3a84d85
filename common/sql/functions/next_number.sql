-- The next of a gap-free series, for a document of that day.
-- Parameters: name of the counter; prefix, as 'CB'; the moment.
-- Returns: number ('CB-20261123-000001') and its sequence.
CREATE OR REPLACE FUNCTION next_number(series text, prefix text,
	at timestamptz, OUT number text, OUT sequence integer)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	UPDATE counter SET value = value + 1 WHERE name = series
		RETURNING value INTO STRICT sequence;
	number := format('%s-%s-%s', prefix,
		to_char(taipei_date(at), 'YYYYMMDD'),
		lpad(sequence::text, 6, '0'));
END
$$;
