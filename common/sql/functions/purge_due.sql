-- Deletes the application data of unpaid orders whose deadline has passed
-- and is covered by every payment feed of their product, leaving proof
-- without the person. The conditions hold under the row lock that a payment
-- takes too.
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
	WITH covered AS MATERIALIZED (
		-- least() passes over NULL; a silent feed must stop the purge.
		SELECT product, least(mark, at, now()) AS until
		FROM product, watermark(product) AS mark
		WHERE mark IS NOT NULL
	)
	SELECT array_agg(order_no ORDER BY order_no) INTO due FROM (
		SELECT o.order_no FROM orders o JOIN covered c USING (product)
		WHERE o.status = 'unpaid' AND NOT o.held AND o.pay_by <= c.until
			AND o.pay_by < least(at, now())
			AND NOT EXISTS (SELECT FROM payment_exception e
				WHERE e.order_no = o.order_no
					AND e.closed_at IS NULL)
		ORDER BY o.pay_by LIMIT at_most
		FOR UPDATE OF o SKIP LOCKED) AS locked;
	IF due IS NULL THEN
		RETURN 0;
	END IF;
	-- A statement of its own sees what was committed before the locks.
	SELECT array_agg(o.order_no) INTO due
	FROM unnest(due) AS o (order_no) WHERE NOT EXISTS (
		SELECT FROM payment_exception e
		WHERE e.order_no = o.order_no AND e.closed_at IS NULL);
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
	), mails AS (
		SELECT order_no, count(*) AS deleted FROM mail GROUP BY order_no
	)
	INSERT INTO purge_record (order_no, product, applied_at, pay_by,
		purged_at, rule, actor, row_counts, commitment)
	SELECT p.order_no, o.product, o.applied_at, o.pay_by, at, 'unpaid-1',
		actor, jsonb_build_object('applicant', 1, 'activation',
			(c.order_no IS NOT NULL)::integer,
			'notice', coalesce(m.deleted, 0)), p.commitment
	FROM person p JOIN orders o USING (order_no)
	LEFT JOIN code c USING (order_no) LEFT JOIN mails m USING (order_no);
	RETURN cardinality(due);
END
$$;
