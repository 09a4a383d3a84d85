-- Part of book_tracking(): puts numbers of a file that contradict what is known,
-- or one another, on the worklist; a file with many of them as a whole.
CREATE OR REPLACE FUNCTION mail_conflicts(of_import bigint, at timestamptz)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	conflicts constant text[] := '{order_has_number,label_has_number,
		number_used,number_twice,order_twice}';
BEGIN
	IF (SELECT count(*) FROM booked_mail WHERE verdict = ANY (conflicts))
		> 100
	THEN
		PERFORM open_exception('mail_number', NULL,
			format('import %s', of_import), 'many_conflicts', at);
		RETURN;
	END IF;
	PERFORM open_exception('mail_number', order_no,
			format('import %s line %s', of_import, line), verdict, at)
		FROM booked_mail WHERE verdict = ANY (conflicts) ORDER BY line;
END
$$;
