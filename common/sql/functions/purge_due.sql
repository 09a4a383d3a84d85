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
	due bigint[];
BEGIN
	IF octet_length(key) IS NULL OR octet_length(key) < 32 THEN
		RAISE EXCEPTION USING ERRCODE = 'RC001',
			MESSAGE = 'commitment_key_missing: a key of 32 bytes or '
				'more is needed';
	END IF;
	-- The deadline is judged by the database's clock; at only ever makes
	-- it later to delete.
	WITH news AS MATERIALIZED (
		-- least() passes over NULL; a silent feed must stop the purge.
		SELECT product, least(covered_until, at, now()) AS until, asked
		FROM product_news WHERE covered_until IS NOT NULL
	)
	SELECT array_agg(order_no ORDER BY order_no) INTO due FROM (
		SELECT o.order_no FROM orders o JOIN news n USING (product)
		WHERE o.status = 'unpaid' AND NOT o.held AND o.pay_by <= n.until
			AND o.pay_by < least(at, now())
			AND NOT EXISTS (SELECT FROM purge_obstacle b
				WHERE b.order_no = o.order_no)
			AND (n.asked IS NULL OR n.asked <@ ARRAY(
				SELECT q.channel FROM payment_question q
				WHERE q.order_no = o.order_no
					AND q.notice_no IS NULL
					AND q.answer = 'unpaid'
					AND q.answered_at > o.pay_by))
		ORDER BY o.pay_by LIMIT at_most
		FOR UPDATE OF o SKIP LOCKED) AS locked;
	IF due IS NULL THEN
		RETURN 0;
	END IF;
	-- A statement of its own sees what was committed before the locks.
	SELECT array_agg(d.order_no) INTO due FROM unnest(due) AS d (order_no)
	WHERE d.order_no <> ALL (ARRAY(SELECT b.order_no FROM purge_obstacle b
		WHERE b.order_no = ANY (due)));
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
	), mails AS (
		SELECT order_no, count(*) AS deleted FROM mail GROUP BY order_no
	), notices AS (
		SELECT order_no, count(*) AS emptied FROM emptied
		GROUP BY order_no
	)
	INSERT INTO purge_record (order_no, product, applied_at, pay_by,
		purged_at, rule, actor, row_counts, commitment)
	SELECT p.order_no, o.product, o.applied_at, o.pay_by, at, 'unpaid-1',
		actor, jsonb_build_object('applicant', 1, 'activation',
			(c.order_no IS NOT NULL)::integer,
			'notice', coalesce(m.deleted, 0),
			'payment_notice', coalesce(n.emptied, 0)), p.commitment
	FROM person p JOIN orders o USING (order_no)
	LEFT JOIN code c USING (order_no) LEFT JOIN mails m USING (order_no)
	LEFT JOIN notices n USING (order_no);
	RETURN cardinality(due);
END
$$;
