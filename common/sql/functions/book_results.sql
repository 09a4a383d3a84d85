-- Books the line's results for cards of one batch. MADE makes the card and
-- enters it in the register as inactive; REJECTED and SPOILED queue the next
-- attempt, up to the product's limit, beyond which the order is put on hold
-- until two people decide; ON_HOLD stays with its reason. What does not fit
-- is an exception.
-- Parameters: file (name, SHA-256, size); line that signed it; batch; results
-- as arrays; rows that could not be read (line, code, text); who; the moment.
-- Returns: one row as book_settlement(); import_id NULL: seen before.
-- Raises: RC050 while the batch is not confirmed as handed out: try again.
CREATE OR REPLACE FUNCTION book_results(file_name text, file_digest text,
	file_size bigint, of_line text, of_batch text, line_nos bigint[], job_nos bigint[],
	attempts integer[], results text[], card_nos text[], serials text[],
	expiries date[], made_times timestamptz[], error_codes text[],
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
	odd record;
	moving bigint[];
	stopped record;
BEGIN
	-- The line can be quicker than our own confirmation: the file stays
	-- and is judged again.
	IF EXISTS (SELECT FROM card_batch b WHERE b.batch_no = of_batch
		AND b.state = 'sealed')
	THEN
		RAISE EXCEPTION USING ERRCODE = 'RC050', MESSAGE = format(
			'batch %s is not confirmed as handed out yet', of_batch);
	END IF;
	file := import_open('card_result', file_name, file_digest, file_size,
		actor, at);
	IF file IS NULL THEN
		RETURN;
	END IF;
	IF NOT EXISTS (SELECT FROM card_batch b WHERE b.batch_no = of_batch) THEN
		PERFORM line_doubt(of_line, of_batch, actor, at);
	END IF;
	CREATE TEMPORARY TABLE booked_result (
		line bigint, job_no bigint, attempt integer, result text,
		card_no text, serial text, expiry date, made_at timestamptz,
		error_code text, order_no bigint, verdict text
	) ON COMMIT DROP;
	INSERT INTO booked_result (line, job_no, attempt, result, card_no,
			serial, expiry, made_at, error_code)
		SELECT * FROM unnest(line_nos, job_nos, attempts, results,
			card_nos, serials, expiries, made_times, error_codes);
	PERFORM FROM orders WHERE order_no IN (SELECT j.order_no FROM card_job j
		JOIN booked_result USING (job_no)) ORDER BY order_no FOR UPDATE;
	UPDATE booked_result t SET order_no = j.order_no, verdict = CASE
			WHEN l.batch_no IS DISTINCT FROM of_batch
				OR c.line <> of_line THEN 'foreign_job'
			WHEN j.attempt <> b.attempt THEN 'wrong_attempt'
			WHEN (b.result, b.card_no) = ('MADE', j.new_card_no)
				OR (b.result, j.state::text) IN
					(('REJECTED', 'rejected'),
					('SPOILED', 'spoiled'))
				THEN 'duplicate'
			WHEN b.result = 'ON_HOLD' AND j.state = 'batched'
				AND j.on_hold_since IS NOT NULL
				AND coalesce(nullif(b.error_code, ''),
					j.error_code)
					IS NOT DISTINCT FROM j.error_code
				THEN 'duplicate'
			WHEN b.result = 'SPOILED' AND j.state = 'made'
				AND o.status = 'produced' THEN 'spoiled'
			WHEN j.state <> 'batched' THEN 'finished_job'
			WHEN c.state NOT IN ('published', 'accepted')
				THEN 'batch_not_out'
			WHEN b.result = 'MADE' AND (EXISTS (SELECT FROM
				certificate x WHERE x.card_no = b.card_no)
				OR b.nth_card > 1) THEN 'card_number_used'
			WHEN b.nth_job > 1 THEN 'job_twice'
			ELSE lower(b.result) END
		FROM (SELECT r.*, row_number() OVER (PARTITION BY job_no
				ORDER BY line) AS nth_job,
				row_number() OVER (PARTITION BY result, card_no
				ORDER BY line) AS nth_card
			FROM booked_result r) AS b
		JOIN card_job j USING (job_no)
		JOIN orders o ON o.order_no = j.order_no
		LEFT JOIN card_batch_line l USING (job_no)
		LEFT JOIN card_batch c ON c.batch_no = l.batch_no
		WHERE t.line = b.line;
	UPDATE booked_result SET verdict = 'unknown_job' WHERE verdict IS NULL;

	INSERT INTO certificate (card_no, holder_hash, name, not_after, rank,
			status, serial, updated_at)
		SELECT b.card_no, a.holder_hash, a.name, b.expiry, 'primary',
			'inactive', b.serial, at
		FROM booked_result b JOIN applicant a USING (order_no)
		WHERE b.verdict = 'made';
	UPDATE card_job j SET state = CASE b.verdict WHEN 'on_hold'
				THEN j.state ELSE b.verdict::job_state END,
			on_hold_since = CASE b.verdict WHEN 'on_hold'
				THEN coalesce(j.on_hold_since, at) END,
			-- Only a card that was made has a number; whatever
			-- the line writes beside a failure is none of ours.
			new_card_no = CASE b.verdict WHEN 'made'
				THEN b.card_no ELSE j.new_card_no END,
			certificate_serial = CASE b.verdict WHEN 'made'
				THEN b.serial ELSE j.certificate_serial END,
			not_after = CASE b.verdict WHEN 'made'
				THEN b.expiry ELSE j.not_after END,
			made_at = CASE b.verdict WHEN 'made'
				THEN b.made_at ELSE j.made_at END,
			error_code = nullif(b.error_code, '')
		FROM booked_result b WHERE j.job_no = b.job_no AND b.verdict IN
			('made', 'rejected', 'spoiled', 'on_hold');
	INSERT INTO card_result (job_no, import_id, line, result, error_code,
			booked_at)
		SELECT job_no, file, line, result, nullif(error_code, ''), at
		FROM booked_result WHERE verdict IN
			('made', 'rejected', 'spoiled', 'on_hold');
	UPDATE certificate c SET status = 'revoked', updated_at = at
		FROM booked_result b JOIN card_job j USING (job_no)
		WHERE b.verdict = 'spoiled' AND c.card_no = j.new_card_no;
	SELECT array_agg(order_no ORDER BY order_no) INTO moving
		FROM booked_result WHERE verdict = 'made';
	IF moving IS NOT NULL THEN
		PERFORM advance(moving, 'made', actor,
			jsonb_build_object('batch', of_batch), at);
		PERFORM pg_notify('recard_label', '');
	END IF;
	SELECT array_agg(order_no ORDER BY order_no) INTO moving
		FROM booked_result WHERE verdict IN ('rejected', 'spoiled');
	IF moving IS NOT NULL THEN
		PERFORM advance(moving, 'rejected', actor,
			jsonb_build_object('batch', of_batch), at);
		INSERT INTO card_job (order_no, attempt, reason,
				address_digest, queued_at)
			SELECT j.order_no, j.attempt + 1, upper(b.verdict),
				j.address_digest, at
			FROM booked_result b JOIN card_job j USING (job_no)
			WHERE b.verdict IN ('rejected', 'spoiled')
			ORDER BY j.order_no;
		FOR stopped IN SELECT j.order_no, j.job_no, o.held
			FROM booked_result b JOIN card_job j USING (job_no)
			JOIN orders o ON o.order_no = j.order_no
			JOIN product p USING (product)
			WHERE b.verdict IN ('rejected', 'spoiled')
				AND j.attempt >= p.attempt_limit
		LOOP
			IF NOT stopped.held THEN
				PERFORM hold_order(stopped.order_no, actor,
					'attempt_limit', at);
			END IF;
			UPDATE hold h SET by_two = true
				WHERE h.order_no = stopped.order_no
					AND h.released_at IS NULL;
			PERFORM open_exception('card', stopped.order_no,
				stopped.job_no::text, 'attempt_limit', at);
		END LOOP;
		PERFORM pg_notify('recard_manufacture', '');
	END IF;

	INSERT INTO import_reject (import_id, line, code, text)
		SELECT file, line, verdict, CASE verdict
			WHEN 'unknown_job' THEN 'no card job has this number'
			WHEN 'foreign_job' THEN 'the job is not in this batch'
			WHEN 'wrong_attempt' THEN 'the job has another attempt '
				'number'
			WHEN 'finished_job' THEN 'the job has ended already'
			WHEN 'batch_not_out' THEN 'the batch was not handed out'
			WHEN 'card_number_used' THEN 'the new card number is '
				'in the register already'
			ELSE 'the job has another result in this file' END
		FROM booked_result WHERE verdict NOT IN ('made', 'rejected',
			'spoiled', 'on_hold', 'duplicate')
		UNION ALL
		SELECT file, * FROM unnest(bad_lines, bad_codes, bad_texts);
	-- Whoever settles them needs the file: it is named with its line.
	FOR odd IN SELECT b.line, b.verdict, b.order_no FROM booked_result b
		WHERE b.verdict IN ('unknown_job', 'foreign_job',
			'wrong_attempt', 'finished_job', 'card_number_used',
			'job_twice')
		ORDER BY b.line
	LOOP
		PERFORM open_exception('card', odd.order_no, format(
			'%s:%s', file_name, odd.line), odd.verdict, at);
	END LOOP;
	SELECT count(*) + cardinality(bad_lines),
		count(*) FILTER (WHERE verdict IN ('made', 'rejected', 'spoiled',
			'on_hold')),
		count(*) FILTER (WHERE verdict = 'duplicate'),
		count(*) FILTER (WHERE verdict NOT IN ('made', 'rejected',
			'spoiled', 'on_hold', 'duplicate'))
			+ cardinality(bad_lines)
		INTO rows, applied, duplicate, rejected FROM booked_result;
	UPDATE import i SET rows = book_results.rows,
			applied = book_results.applied,
			duplicate = book_results.duplicate,
			rejected = book_results.rejected
		WHERE i.import_id = file;
	DROP TABLE booked_result;
	import_id := file;
END
$$;
