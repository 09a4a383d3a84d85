-- Takes paid orders off the belt's head: freezes name, postal code and
-- address under a keyed digest, queues a card job and a label, and moves the
-- order to queued, all in one transaction.
-- Parameters: key of the digest; at most how many; who; the moment.
-- Returns: how many were queued.
CREATE OR REPLACE FUNCTION freeze_and_queue(key bytea, at_most integer,
	actor text, at timestamptz DEFAULT now()) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	paid bigint[];
BEGIN
	IF octet_length(key) IS NULL OR octet_length(key) < 32 THEN
		RAISE EXCEPTION USING ERRCODE = 'RC001',
			MESSAGE = 'address_key_missing: a key of 32 bytes or '
				'more is needed';
	END IF;
	SELECT array_agg(order_no) INTO paid FROM (
		SELECT order_no FROM orders WHERE status = 'paid' AND NOT held
		ORDER BY order_no LIMIT at_most
		FOR UPDATE SKIP LOCKED) AS locked;
	IF paid IS NULL THEN
		RETURN 0;
	END IF;
	WITH frozen AS (
		INSERT INTO address_freeze (order_no, digest, frozen_at)
		SELECT order_no, address_digest(name, postal_code, address, key),
			at
		FROM applicant WHERE order_no = ANY (paid)
		RETURNING order_no, digest
	), job AS (
		INSERT INTO card_job (order_no, attempt, reason, address_digest,
			queued_at)
		SELECT order_no, 1, 'NEW', digest, at FROM frozen
		ORDER BY order_no
	)
	INSERT INTO label (order_no, copy_no, address_digest, created_at)
	SELECT order_no, 1, digest, at FROM frozen ORDER BY order_no;
	PERFORM advance(paid, 'queued', actor, '{}', at);
	PERFORM pg_notify('recard_label', '');
	RETURN cardinality(paid);
END
$$;
