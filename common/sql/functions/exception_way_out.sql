-- What ends an exception: the act that does, which closes it too.
-- Parameters: kind and reason of the exception.
-- Returns: NULL when it is closed by hand, once it was looked into.
CREATE OR REPLACE FUNCTION exception_way_out(of_kind text, why text)
RETURNS text
LANGUAGE sql IMMUTABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT CASE
		WHEN of_kind = 'label' THEN 'label reprint'
		WHEN of_kind = 'print' AND why IN ('stopped', 'unreachable')
			THEN 'see to the printer; it goes on by itself'
		WHEN of_kind = 'print'
			THEN 'print confirm, or label reprint of the run'
		WHEN of_kind = 'returned_mail'
			THEN 'order remail, or order close'
		WHEN why = 'attempt_limit'
			THEN 'order retry, or order cancel'
		WHEN why LIKE 'certificate\_%'
			THEN 'order release, or order cancel'
		WHEN why LIKE 'unprintable %'
			THEN 'extend the line''s characters, or order cancel'
		WHEN why = 'line_stopped' THEN 'line resume'
		END
$$;
