-- Books a postal file's tracking numbers and events from this session's rows in
-- tracking_staging, all in one transaction: a number that belongs to a
-- produced order with a printed label puts that order in the post; every
-- other row is rejected with its reason or counted as known. Events:
-- book_mail_events().
-- The tables' own rules find a number or an order that stands twice: only then
-- does mail_twice() look for the rows. Joins and sorts are of whole files, hence
-- the memory.
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
SET work_mem = '64MB'
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
	SELECT 0::bigint AS applied, 0::bigint AS duplicate,
		0::bigint AS rejected INTO events;
	IF EXISTS (SELECT FROM tracking_staging
		WHERE loader = pg_backend_pid() AND event IS NOT NULL)
	THEN
		SELECT e.* INTO events FROM book_mail_events(file, file_name, actor, at) AS e;
	END IF;
	CREATE TEMPORARY TABLE told_mail ON COMMIT DROP AS
		SELECT line, order_no, tracking_no,
			posted_on, mail_type, weight_g, postage
		FROM tracking_staging WHERE loader = pg_backend_pid()
			AND event IS NULL
		ORDER BY order_no;	-- as everything they meet lies
	DELETE FROM tracking_staging WHERE loader = pg_backend_pid();
	ANALYZE told_mail (order_no);
	PERFORM FROM orders WHERE order_no IN
		(SELECT order_no FROM told_mail) ORDER BY order_no FOR UPDATE;
	CREATE TEMPORARY TABLE booked_mail ON COMMIT DROP AS
		WITH promise AS MATERIALIZED (
			SELECT d.posted_on, i.island,
				promised_date(d.posted_on, i.island)
					AS promised_on
			FROM (SELECT DISTINCT posted_on FROM told_mail) AS d,
			(VALUES (false), (true)) AS i (island)
		), island AS MATERIALIZED (
			SELECT DISTINCT zip3 FROM postal_area
			WHERE outlying_island
		)
		SELECT r.*, l.label_no, p.promised_on, CASE
			WHEN o.status IS NULL THEN 'unknown_order'
			WHEN left(i.tracking_no, 14) = left(r.tracking_no, 14)
				AND i.posted_on = r.posted_on THEN 'duplicate'
			WHEN i.order_no IS NOT NULL THEN 'order_has_number'
			WHEN o.status IN ('unpaid', 'paid', 'queued', 'producing')
				THEN 'not_produced'
			WHEN o.status <> 'produced' THEN 'order_ended'
			WHEN l.label_no IS NULL THEN 'no_printed_label'
			-- The first 14 digits of 20 are the number.
			WHEN NOT starts_with(r.tracking_no, l.mail_no)
				THEN 'label_has_number'
			ELSE 'posts' END AS verdict
		FROM told_mail r
		LEFT JOIN orders o USING (order_no)
		LEFT JOIN label l ON l.order_no = r.order_no
			AND l.state = 'printed'
		LEFT JOIN mail_item i ON (i.order_no, i.label_no)
			= (l.order_no, l.label_no)
		LEFT JOIN applicant a ON a.order_no = r.order_no
		LEFT JOIN address_correction c ON (c.order_no, c.digest)
			= (l.order_no, l.address_digest)
		LEFT JOIN island ON island.zip3
			= left(coalesce(c.postal_code, a.postal_code), 3)
		LEFT JOIN promise p ON p.posted_on = r.posted_on
			AND p.island = (island.zip3 IS NOT NULL);
	LOOP
		BEGIN
			INSERT INTO mail_item (order_no, label_no, posted_on,
					tracking_no, promised_on, mail_type,
					weight_g, postage, import_id, line,
					booked_at)
				SELECT order_no, label_no, posted_on,
					tracking_no, promised_on, mail_type,
					weight_g, postage, file, line, at
				FROM booked_mail WHERE verdict = 'posts';
			EXIT;
		EXCEPTION WHEN unique_violation THEN
			PERFORM mail_twice();
		END;
	END LOOP;
	SELECT count(*) + cardinality(bad_lines) + events.applied
			+ events.duplicate + events.rejected,
		count(*) FILTER (WHERE verdict = 'posts') + events.applied,
		count(*) FILTER (WHERE verdict = 'duplicate')
			+ events.duplicate,
		count(*) FILTER (WHERE verdict NOT IN ('posts', 'duplicate'))
			+ cardinality(bad_lines) + events.rejected,
		array_agg(order_no) FILTER (WHERE verdict = 'posts')
		INTO rows, applied, duplicate, rejected, posted FROM booked_mail;
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
			WHEN 'number_twice' THEN 'the tracking number stands in '
				'this file for another order too'
			ELSE 'the order stands in this file with another number '
				'too'
			END
		FROM booked_mail WHERE verdict NOT IN ('posts', 'duplicate')
		UNION ALL
		SELECT file, * FROM unnest(bad_lines, bad_codes, bad_texts);
	IF rejected > cardinality(bad_lines) + events.rejected THEN
		PERFORM mail_conflicts(file, at);
	END IF;
	UPDATE import i SET rows = book_tracking.rows,
			applied = book_tracking.applied,
			duplicate = book_tracking.duplicate,
			rejected = book_tracking.rejected
		WHERE i.import_id = file;
	DROP TABLE told_mail, booked_mail;
	import_id := file;
END
$$;
