-- Puts something on the worklist; what is there already stays.
CREATE OR REPLACE FUNCTION open_exception(of_kind text, of_order bigint,
	of_subject text, why text, at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	INSERT INTO recard.exception (kind, order_no, subject, reason, opened_at)
	VALUES (of_kind, of_order, of_subject, why, at)
	ON CONFLICT (kind, subject, reason) WHERE closed_at IS NULL DO NOTHING
$$;
