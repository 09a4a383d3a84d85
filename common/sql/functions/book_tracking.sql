-- Books a postal file's tracking numbers and events from this session's rows in
-- tracking_staging, all in one transaction: a number that belongs to a
-- produced order with a printed label puts that order in the post; every
-- other row is rejected with its reason or counted as known. Events:
-- book_mail_events().
-- Parameters: file (name, SHA-256, size); rows that could not be read
-- (line, code, text); who; the moment.
-- Returns: one row as book_results(); import_id NULL: seen before.
CREATE OR REPLACE FUNCTION book_tracking(file_name text, file_digest text,
	file_size bigint, bad_lines bigint[], bad_codes text[],
	bad_texts text[], actor text, at timestamptz DEFAULT now(),
	OUT import_id bigint, OUT rows bigint, OUT applied bigint,
	OUT duplicate bigint, OUT rejected bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	file bigint;
	posted bigint[];
	events record;
BEGIN
	file := import_open('tracking', file_name, file_digest, file_size,
		actor, at);
	IF file IS NULL THEN
		DELETE FROM tracking_staging WHERE loader = pg_backend_pid();
		RETURN;
	END IF;
	CREATE TEMPORARY TABLE booked_mail ON COMMIT DROP AS
		SELECT s.line, order_number(s.order_ref) AS order_no,
			s.tracking_no, s.posted_on, s.mail_type, s.weight_g,
			s.postage, NULL::bigint AS label_no,
			NULL::text AS verdict
		FROM tracking_staging s WHERE s.loader = pg_backend_pid()
			AND s.event IS NULL;
	SELECT 0 AS applied, 0 AS duplicate, 0 AS rejected INTO events;
	IF EXISTS (SELECT FROM tracking_staging
		WHERE loader = pg_backend_pid() AND event IS NOT NULL)
	THEN
		SELECT e.* INTO events FROM book_mail_events(file, file_name, actor, at) AS e;
	END IF;
	DELETE FROM tracking_staging WHERE loader = pg_backend_pid();
	ANALYZE booked_mail;
	PERFORM FROM orders WHERE order_no IN
		(SELECT order_no FROM booked_mail) ORDER BY order_no FOR UPDATE;
	UPDATE booked_mail m SET label_no = b.label_no, verdict = CASE
			WHEN b.status IS NULL THEN 'unknown_order'
			WHEN b.known THEN 'duplicate'
			WHEN b.other_number THEN 'order_has_number'
			WHEN b.status IN ('unpaid', 'paid', 'queued', 'producing')
				THEN 'not_produced'
			WHEN b.status <> 'produced' THEN 'order_ended'
			WHEN b.label_no IS NULL THEN 'no_printed_label'
			WHEN b.other_label THEN 'label_has_number'
			WHEN b.taken OR b.nth_number > 1 THEN 'number_used'
			WHEN b.nth_order > 1 THEN 'order_twice'
			ELSE 'posts' END
		FROM (SELECT r.line, o.status, l.label_no,
				left(i.tracking_no, 14)
						= left(r.tracking_no, 14)
					AND i.posted_on = r.posted_on AS known,
				i.mail_item_id IS NOT NULL AS other_number,
				-- The first 14 digits of 20 are the number.
				NOT starts_with(r.tracking_no, l.mail_no)
					AS other_label,
				EXISTS (SELECT FROM mail_item x
					WHERE x.posted_on = r.posted_on
						AND left(x.tracking_no, 14)
						= left(r.tracking_no, 14))
					AS taken,
				row_number() OVER (PARTITION BY r.order_no
					ORDER BY r.line) AS nth_order,
				row_number() OVER (PARTITION BY r.posted_on,
					left(r.tracking_no, 14) ORDER BY r.line)
					AS nth_number
			FROM booked_mail r
			LEFT JOIN orders o USING (order_no)
			LEFT JOIN label l ON l.order_no = r.order_no
				AND l.state = 'printed'
			LEFT JOIN mail_item i ON i.label_no = l.label_no) AS b
		WHERE m.line = b.line;
	-- The same line twice in one file is one letter.
	UPDATE booked_mail m SET verdict = 'duplicate'
		FROM booked_mail first
		WHERE m.verdict IN ('order_twice', 'number_used')
			AND first.verdict = 'posts' AND first.line < m.line
			AND (first.order_no, left(first.tracking_no, 14),
				first.posted_on) = (m.order_no,
				left(m.tracking_no, 14), m.posted_on);
	INSERT INTO mail_item (order_no, label_no, posted_on, tracking_no,
			promised_on, mail_type, weight_g, postage, import_id,
			line, booked_at)
		WITH promise AS MATERIALIZED (
			SELECT d.posted_on, i.island,
				promised_date(d.posted_on, i.island)
					AS promised_on
			FROM (SELECT DISTINCT posted_on FROM booked_mail
				WHERE verdict = 'posts') AS d,
			(VALUES (false), (true)) AS i (island)
		), island AS MATERIALIZED (
			SELECT DISTINCT zip3 FROM postal_area
			WHERE outlying_island
		)
		SELECT m.order_no, m.label_no, m.posted_on, m.tracking_no,
			p.promised_on, m.mail_type, m.weight_g, m.postage, file,
			m.line, at
		FROM booked_mail m JOIN applicant a USING (order_no)
		LEFT JOIN island i ON i.zip3 = left(a.postal_code, 3)
		JOIN promise p ON p.posted_on = m.posted_on
			AND p.island = (i.zip3 IS NOT NULL)
		WHERE m.verdict = 'posts' ORDER BY m.order_no;
	SELECT array_agg(order_no ORDER BY order_no) INTO posted
		FROM booked_mail WHERE verdict = 'posts';
	IF posted IS NOT NULL THEN
		PERFORM advance(posted, 'mailed', actor,
			jsonb_build_object('file', file_name), at);
	END IF;
	INSERT INTO import_reject (import_id, line, code, text)
		SELECT file, line, verdict, CASE verdict
			WHEN 'unknown_order' THEN 'no order has this number'
			WHEN 'order_has_number' THEN 'the order has another '
				'tracking number already'
			WHEN 'not_produced' THEN 'the card of this order has not '
				'been made yet'
			WHEN 'order_ended' THEN 'the order is past being posted'
			WHEN 'no_printed_label' THEN 'no printed label is valid '
				'for this order'
			WHEN 'label_has_number' THEN 'another mail number is '
				'printed on the label'
			WHEN 'number_used' THEN 'the tracking number belongs to '
				'another letter of that day'
			ELSE 'the order stands in this file with another number'
			END
		FROM booked_mail WHERE verdict NOT IN ('posts', 'duplicate')
		UNION ALL
		SELECT file, * FROM unnest(bad_lines, bad_codes, bad_texts);
	SELECT count(*) + cardinality(bad_lines) + events.applied
			+ events.duplicate + events.rejected,
		count(*) FILTER (WHERE verdict = 'posts') + events.applied,
		count(*) FILTER (WHERE verdict = 'duplicate')
			+ events.duplicate,
		count(*) FILTER (WHERE verdict NOT IN ('posts', 'duplicate'))
			+ cardinality(bad_lines) + events.rejected
		INTO rows, applied, duplicate, rejected FROM booked_mail;
	UPDATE import i SET rows = book_tracking.rows,
			applied = book_tracking.applied,
			duplicate = book_tracking.duplicate,
			rejected = book_tracking.rejected
		WHERE i.import_id = file;
	DROP TABLE booked_mail;
	import_id := file;
END
$$;
