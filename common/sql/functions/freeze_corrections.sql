-- Sends letters that came back to the addresses that two people have agreed on:
-- freezes each under a keyed digest as the order's next version, moves the
-- order to produced, voids the former label and queues the next one. Where the
-- order is not returned any more, it is too late.
-- Parameters: key of the digest; at most how many; who; the moment.
-- Returns: how many were dealt with.
CREATE OR REPLACE FUNCTION freeze_corrections(key bytea, at_most integer,
	actor text, at timestamptz DEFAULT now()) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	due bigint[];
	sent bigint[];
	digests bytea[];
BEGIN
	SELECT array_agg(order_no ORDER BY order_no) INTO due FROM (
		SELECT o.order_no FROM address_correction c
		JOIN decision d USING (decision_no) JOIN orders o USING (order_no)
		WHERE c.outcome IS NULL AND d.outcome = 'approved' AND NOT o.held
		ORDER BY o.order_no LIMIT at_most
		FOR UPDATE OF o SKIP LOCKED) AS locked;
	IF due IS NULL THEN
		RETURN 0;
	END IF;
	SELECT array_agg(c.order_no ORDER BY c.order_no), array_agg(
			address_digest(a.name, c.postal_code, c.address, key)
			ORDER BY c.order_no)
		INTO sent, digests
		FROM address_correction c JOIN orders o USING (order_no)
		JOIN applicant a USING (order_no)
		WHERE c.order_no = ANY (due) AND c.outcome IS NULL
			AND o.status = 'returned';
	UPDATE address_correction c SET outcome = 'too_late', ended_at = at
		WHERE order_no = ANY (due) AND outcome IS NULL
			AND order_no <> ALL (coalesce(sent, '{}'));
	IF sent IS NULL THEN
		RETURN cardinality(due);
	END IF;
	-- One that goes back to an earlier address has its digest already.
	WITH frozen AS (
		INSERT INTO address_freeze (order_no, digest, version, frozen_at)
		SELECT n.order_no, n.digest, c.version, at
		FROM unnest(sent, digests) AS n (order_no, digest)
		JOIN address_correction c ON c.order_no = n.order_no
			AND c.outcome IS NULL
		ON CONFLICT (order_no, digest) DO NOTHING
		RETURNING order_no, digest
	)
	UPDATE address_correction c SET outcome = 'frozen', ended_at = at,
			digest = (SELECT f.digest FROM frozen f
				WHERE f.order_no = c.order_no)
		WHERE order_no = ANY (sent) AND outcome IS NULL;
	PERFORM advance(sent, 'remailed', actor, '{"reason": "address corrected"}',
		at);
	UPDATE exception SET closed_at = at, closed_by = actor,
			resolution = 'remailed'
		WHERE kind = 'returned_mail' AND order_no = ANY (sent)
			AND closed_at IS NULL;
	PERFORM replace_labels(sent, NULL, actor, 'address_corrected', at,
		digests);
	RETURN cardinality(due);
END
$$;
