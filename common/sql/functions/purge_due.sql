-- Deletes the application data of unpaid orders whose deadline has passed
-- and is covered by every payment feed of their product, leaving proof
-- without the person. What names the order and is not worked off stops it
-- (purge_obstacle), and so does a provider that has not said yet that it is
-- unpaid (purge_ask()). The conditions hold under the row lock that a
-- payment takes too.
-- Parameters: key of the commitment; at most how many; who; the moment.
-- Returns: how many were purged.
CREATE OR REPLACE FUNCTION purge_due(key bytea, at_most integer, actor text,
	at timestamptz DEFAULT now()) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	news record;
	locked bigint[];
	due bigint[];
	applied timestamptz[];
	deadlines timestamptz[];
	-- Nearly every order's counts: none or one mail, no notices. Making
	-- the object anew for each is a tenth of the proof's cost.
	usual constant jsonb[] := ARRAY[
		'{"applicant": 1, "activation": 1, "notice": 0, "payment_notice": 0}',
		'{"applicant": 1, "activation": 1, "notice": 1, "payment_notice": 0}'];
BEGIN
	IF octet_length(key) IS NULL OR octet_length(key) < 32 THEN
		RAISE EXCEPTION USING ERRCODE = 'RC001',
			MESSAGE = 'commitment_key_missing: a key of 32 bytes or '
				'more is needed';
	END IF;
	-- The deadline is judged by the database's clock; at only ever makes
	-- it later to delete. A product at a time: the planner then knows
	-- that the first rows of orders_unpaid are what is wanted.
	FOR news IN
		-- least() passes over NULL; a silent feed must stop the purge.
		SELECT n.product, least(n.covered_until, at, now()) AS until,
			n.asked
		FROM product_news n WHERE n.covered_until IS NOT NULL
		ORDER BY n.product
	LOOP
		SELECT array_agg(o.order_no), array_agg(o.applied_at),
				array_agg(o.pay_by)
			INTO locked, applied, deadlines FROM (
			SELECT o.order_no, o.applied_at, o.pay_by
			FROM orders o
			WHERE o.status = 'unpaid' AND NOT o.held
				AND o.product = news.product
				AND o.pay_by <= news.until
				AND o.pay_by < least(at, now())
				-- With OFFSET it is looked up a row at a time,
				-- by index, however much there is that names
				-- others.
				AND NOT EXISTS (SELECT FROM purge_obstacle b
					WHERE b.order_no = o.order_no OFFSET 0)
				AND (news.asked IS NULL OR news.asked <@ ARRAY(
					SELECT q.channel FROM payment_question q
					WHERE q.order_no = o.order_no
						AND q.notice_no IS NULL
						AND q.answer = 'unpaid'
						AND q.answered_at > o.pay_by))
			ORDER BY o.pay_by LIMIT at_most
			FOR UPDATE SKIP LOCKED) AS o;
		EXIT WHEN locked IS NOT NULL;
	END LOOP;
	IF locked IS NULL THEN
		-- All that was due is gone: metrics() tells when that was last.
		PERFORM job_succeeded('purge', least(at, now()));
		RETURN 0;
	END IF;
	-- A statement of its own sees what was committed before the locks.
	SELECT array_agg(d.order_no) INTO due FROM unnest(locked) AS d (order_no)
	WHERE d.order_no <> ALL (ARRAY(SELECT b.order_no FROM purge_obstacle b
		WHERE b.order_no = ANY (locked)));
	IF due IS NULL THEN
		RETURN 0;
	END IF;
	PERFORM advance(due, 'expired', actor, '{"rule": "unpaid-1"}', at);
	WITH person AS (
		DELETE FROM applicant WHERE order_no = ANY (due)
		RETURNING order_no, recard_crypto.hmac(convert_to(concat_ws(
			E'\n', order_no, card_no, name, postal_code, address,
			phone, email), 'UTF8'), key, 'sha256') AS commitment
	), code AS (
		DELETE FROM activation WHERE order_no = ANY (due)
		RETURNING order_no
	), mail AS (
		DELETE FROM notice WHERE order_no = ANY (due)
		RETURNING order_no
	), raw AS (
		-- In the order in which receive_notices() takes them.
		SELECT notice_no FROM payment_notice
		WHERE order_no = ANY (due) AND body IS NOT NULL
			AND state IN ('booked', 'refused')
		ORDER BY channel, digest, verdict FOR UPDATE
	), emptied AS (
		UPDATE payment_notice n SET body = NULL, headers = NULL,
			peer = NULL
		FROM raw WHERE n.notice_no = raw.notice_no
		RETURNING n.order_no
	), proof AS (
		-- One pass over all that went instead of joins, which the
		-- planner would size blindly.
		SELECT order_no, max(applied_at) AS applied_at,
			max(pay_by) AS pay_by,
			string_agg(commitment, '') AS commitment,
			count(code) AS codes, count(mail) AS mails,
			count(raw) AS raws
		FROM (SELECT d.*, NULL::bytea AS commitment,
				NULL::boolean AS code, NULL::boolean AS mail,
				NULL::boolean AS raw
			FROM unnest(locked, applied, deadlines) AS d
				(order_no, applied_at, pay_by)
			UNION ALL SELECT order_no, NULL, NULL, commitment, NULL,
				NULL, NULL FROM person
			UNION ALL SELECT order_no, NULL, NULL, NULL, true, NULL,
				NULL FROM code
			UNION ALL SELECT order_no, NULL, NULL, NULL, NULL, true,
				NULL FROM mail
			UNION ALL SELECT order_no, NULL, NULL, NULL, NULL, NULL,
				true FROM emptied) AS part
		GROUP BY order_no
	)
	INSERT INTO purge_record (order_no, product, applied_at, pay_by,
		purged_at, rule, actor, row_counts, commitment)
	SELECT order_no, news.product, applied_at, pay_by, at, 'unpaid-1', actor,
		CASE WHEN codes = 1 AND mails < 2 AND raws = 0
			THEN usual[mails + 1]
		ELSE jsonb_build_object('applicant', 1, 'activation', codes,
			'notice', mails, 'payment_notice', raws) END, commitment
	FROM proof WHERE commitment IS NOT NULL;
	RETURN cardinality(due);
END
$$;
