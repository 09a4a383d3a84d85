-- Books a file of the counter: user codes that holders chose anew before its
-- clerk. Each gives its order a new hash and all tries; activating stays the
-- holder's act. What a try in hand will say of the former code is void.
-- Parameters: file (name, SHA-256, size); requests as arrays: line, order, card
-- that was made for it, hash, when the holder asked, at which office; rows that
-- could not be read (line, code, text); who; the moment.
-- Returns: import_id, NULL when the file was booked before; rows, and what
-- became of them.
CREATE OR REPLACE FUNCTION book_code_resets(file_name text, file_digest text,
	file_size bigint, line_nos bigint[], order_nos bigint[],
	card_nos text[], hashes text[], times timestamptz[], offices text[],
	bad_lines bigint[], bad_codes text[], bad_texts text[], actor text,
	at timestamptz DEFAULT now(),
	OUT import_id bigint, OUT rows bigint, OUT applied bigint,
	OUT duplicate bigint, OUT rejected bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	file bigint;
BEGIN
	file := import_open('code_reset', file_name, file_digest, file_size,
		actor, at);
	IF file IS NULL THEN
		RETURN;
	END IF;
	-- The orders first, then their codes, as everywhere.
	PERFORM FROM orders WHERE order_no = ANY (order_nos)
		ORDER BY order_no FOR NO KEY UPDATE;
	PERFORM FROM activation WHERE order_no = ANY (order_nos)
		ORDER BY order_no FOR UPDATE;
	CREATE TEMPORARY TABLE booked_reset ON COMMIT DROP AS
		SELECT r.*, CASE
			WHEN a.order_no IS NULL THEN 'unknown_order'
			WHEN j.new_card_no IS DISTINCT FROM r.card_no
				THEN 'wrong_card'
			WHEN r.requested_at > book_code_resets.at
				THEN 'requested_later'
			WHEN r.requested_at = a.reset_at
				AND r.hash = a.user_code_hash THEN 'duplicate'
			WHEN a.activated_at IS NOT NULL THEN 'activated_already'
			WHEN o.status NOT IN ('produced', 'mailed', 'delivered',
				'returned') OR c.status NOT IN
				('inactive', 'valid') THEN 'order_over'
			WHEN r.requested_at <= a.reset_at
				OR r.nth > 1 THEN 'newer_request'
			ELSE 'applied' END AS verdict
		FROM (SELECT u.*, row_number() OVER (PARTITION BY u.order_no
				ORDER BY u.requested_at DESC, u.line DESC) AS nth
			FROM unnest(line_nos, order_nos, card_nos, hashes,
				times, offices) AS u (line, order_no, card_no,
				hash, requested_at, office)) AS r
		LEFT JOIN orders o USING (order_no)
		LEFT JOIN activation a USING (order_no)
		LEFT JOIN card_job j ON j.order_no = r.order_no
			AND j.state = 'made'
		LEFT JOIN certificate c ON c.card_no = j.new_card_no;
	INSERT INTO code_reset (order_no, requested_at, office, import_id, line,
			booked_at)
		SELECT order_no, requested_at, office, file, line,
			book_code_resets.at
		FROM booked_reset WHERE verdict = 'applied';
	UPDATE activation a SET user_code_hash = b.hash, tries = 0,
			locked_at = NULL, reset_at = b.requested_at,
			void_until = a.last_try
		FROM booked_reset b
		WHERE b.verdict = 'applied' AND a.order_no = b.order_no;
	INSERT INTO operator_act (at, actor, act, subject, reason)
		SELECT book_code_resets.at, book_code_resets.actor,
			'code_reset', order_text(order_no),
			format('asked for at %s, %s, file %s line %s', office,
				taipei_time(requested_at), file_name, line)
		FROM booked_reset WHERE verdict = 'applied' ORDER BY order_no;
	INSERT INTO import_reject (import_id, line, code, text)
		SELECT file, line, verdict, CASE verdict
			WHEN 'unknown_order' THEN 'no such order, or its data '
				'are deleted'
			WHEN 'wrong_card' THEN 'the order has another new card'
			WHEN 'requested_later' THEN 'requested_at lies in the '
				'future'
			WHEN 'activated_already' THEN 'the card is activated'
			WHEN 'order_over' THEN 'the order has no card that '
				'could be activated'
			ELSE 'a newer request of this order is known' END
		FROM booked_reset WHERE verdict NOT IN ('applied', 'duplicate')
		UNION ALL
		SELECT file, * FROM unnest(bad_lines, bad_codes, bad_texts);
	SELECT count(*) + cardinality(bad_lines),
		count(*) FILTER (WHERE verdict = 'applied'),
		count(*) FILTER (WHERE verdict = 'duplicate'),
		count(*) FILTER (WHERE verdict NOT IN ('applied', 'duplicate'))
			+ cardinality(bad_lines)
		INTO rows, applied, duplicate, rejected FROM booked_reset;
	UPDATE import i SET rows = book_code_resets.rows,
			applied = book_code_resets.applied,
			duplicate = book_code_resets.duplicate,
			rejected = book_code_resets.rejected
		WHERE i.import_id = file;
	DROP TABLE booked_reset;
	import_id := file;
END
$$;
