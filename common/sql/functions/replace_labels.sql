-- Voids the valid labels of orders whose letter is not in the post, and gives
-- each its next copy; what was on the worklist about the former is done.
-- Parameters: the orders; why the new copies are not to be printed yet (NULL:
-- they are), which puts them on the worklist; who; why; the moment; digests of
-- the addresses that the new copies have, one an order (NULL: as the former).
-- Returns: the orders that had one, and the number of the new copy.
CREATE OR REPLACE FUNCTION replace_labels(of_orders bigint[], withheld text,
	actor text, reason text, at timestamptz, digests bytea[] DEFAULT NULL)
RETURNS TABLE (order_no bigint, copy_no integer)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	former bigint[];
BEGIN
	PERFORM FROM orders o WHERE o.order_no = ANY (of_orders)
		ORDER BY o.order_no FOR UPDATE;
	WITH voided AS (
		UPDATE label l SET state = 'void', voided_at = at,
				voided_by = actor, void_reason = reason
			FROM orders o
			WHERE o.order_no = ANY (of_orders)
				AND o.status IN ('queued', 'producing', 'produced')
				AND l.order_no = o.order_no AND l.state <> 'void'
			RETURNING l.label_no
	) SELECT array_agg(label_no) INTO former FROM voided;
	UPDATE exception e SET closed_at = at, closed_by = actor,
			resolution = 'reprinted'
		FROM unnest(former) AS f (label_no)
		WHERE e.kind = 'label' AND e.subject = f.label_no::text
			AND e.closed_at IS NULL;
	RETURN QUERY INSERT INTO label AS l (order_no, copy_no, address_digest,
			blocked, created_at)
		SELECT f.order_no, f.copy_no + 1, coalesce(n.digest,
				f.address_digest), withheld, at
			FROM label f LEFT JOIN unnest(of_orders, digests)
				AS n (order_no, digest) USING (order_no)
			WHERE f.label_no = ANY (former)
			ORDER BY f.order_no
		RETURNING l.order_no, l.copy_no;
	IF withheld IS NULL THEN
		PERFORM pg_notify('recard_label', '');
	ELSE
		PERFORM open_exception('label', l.order_no, l.label_no::text,
				withheld, at)
			FROM label l WHERE l.order_no = ANY (of_orders)
				AND l.state = 'pending' AND l.blocked = withheld;
	END IF;
END
$$;
