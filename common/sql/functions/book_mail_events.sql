-- Part of book_tracking(): books the events of letters among this session's
-- rows, and moves each order to what its letter's whole history says:
-- follow_letters().
-- Returns: how many were booked, were known, and belong to no letter.
CREATE OR REPLACE FUNCTION book_mail_events(of_import bigint, file_name text,
	actor text, at timestamptz, OUT applied bigint, OUT duplicate bigint,
	OUT rejected bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	letters bigint[];
BEGIN
	CREATE TEMPORARY TABLE told_event ON COMMIT DROP AS
		SELECT s.line, s.event, s.event_at, s.office,
			undelivered_reason(s.reason) AS reason,
			i.mail_item_id, i.order_no
		FROM tracking_staging s
		LEFT JOIN mail_item i ON i.posted_on = s.posted_on
			AND left(i.tracking_no, 14) = left(s.tracking_no, 14)
		WHERE s.loader = pg_backend_pid() AND s.event IS NOT NULL;
	ANALYZE told_event (order_no, mail_item_id);
	PERFORM FROM orders WHERE order_no IN
		(SELECT order_no FROM told_event) ORDER BY order_no FOR UPDATE;
	INSERT INTO mail_event (mail_item_id, at, code, office, reason,
			import_id, line, booked_at)
		SELECT mail_item_id, event_at, event, office, reason, of_import,
			line, book_mail_events.at
		FROM told_event WHERE mail_item_id IS NOT NULL
		ORDER BY mail_item_id, line
		ON CONFLICT DO NOTHING;
	GET DIAGNOSTICS applied = ROW_COUNT;
	SELECT count(*) - applied, array_agg(DISTINCT mail_item_id)
		INTO duplicate, letters
		FROM told_event WHERE mail_item_id IS NOT NULL;
	INSERT INTO import_reject (import_id, line, code, text)
		SELECT of_import, line, 'unknown_letter',
			'no letter posted on that day has this number'
		FROM told_event WHERE mail_item_id IS NULL;
	GET DIAGNOSTICS rejected = ROW_COUNT;
	PERFORM follow_letters(letters, actor,
		jsonb_build_object('file', file_name), at);
	DROP TABLE told_event;
END
$$;
