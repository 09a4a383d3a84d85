-- What can be done about an exception on the console: as exception_way_out()
-- says in words, each act with what it is done to.
-- Parameters: kind and reason; order, as text; subject; number.
-- Returns: "act:subject", separated by semicolons.
CREATE OR REPLACE FUNCTION exception_acts(of_kind text, why text,
	of_order text, of_subject text, number bigint) RETURNS text
LANGUAGE sql IMMUTABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT string_agg(a.act || ':' || a.subject, ';' ORDER BY a.place)
	FROM (VALUES (1, 'label_reprint', of_order, of_kind = 'label'),
		(2, 'print_confirm', of_subject, of_kind = 'print'
			AND why NOT IN ('stopped', 'unreachable')),
		(3, 'run_reprint', of_subject, of_kind = 'print'
			AND why NOT IN ('stopped', 'unreachable')),
		(4, 'remail', of_order, of_kind = 'returned_mail'),
		(5, 'correct_address', of_order, of_kind = 'returned_mail'),
		(6, 'close', of_order, of_kind = 'returned_mail'),
		(7, 'retry', of_order, why = 'attempt_limit'),
		(8, 'release', of_order, why LIKE 'certificate\_%'),
		(9, 'cancel', of_order, why = 'attempt_limit'
			OR why LIKE 'certificate\_%' OR why LIKE 'unprintable %'),
		(10, 'line_resume', of_subject, why = 'line_stopped'),
		(11, 'batch_resend', of_subject, of_kind = 'batch'
			AND of_subject LIKE 'CB-%'),
		(12, 'batch_abandon', of_subject, of_kind = 'batch'
			AND of_subject LIKE 'CB-%' AND why NOT LIKE 'ack\_%'),
		(13, 'exception_close', number::text,
			exception_way_out(of_kind, why) IS NULL))
		AS a (place, act, subject, possible)
	WHERE a.possible AND a.subject IS NOT NULL
$$;
