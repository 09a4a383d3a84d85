-- The order number in a text from outside.
-- Returns: the number, or NULL when the text is not 14 digits with a right
-- check digit.
CREATE OR REPLACE FUNCTION order_number(written text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN written ~ '^[0-9]{14}$' THEN CASE
	WHEN recard.gs1_check_digit(left(written, 13)::bigint)
		= right(written, 1)::integer THEN written::bigint END END;
