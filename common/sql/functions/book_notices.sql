-- Books notices that were received into the ledger, oldest first.
-- Parameters: at most how many; who; the moment.
-- Returns: one row: booked, and of these settled (orders that are paid now),
-- exceptions, noted, duplicate.
CREATE OR REPLACE FUNCTION book_notices(at_most integer, actor text,
	at timestamptz DEFAULT now(), OUT booked bigint, OUT settled bigint,
	OUT exceptions bigint, OUT noted bigint, OUT duplicate bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	me constant integer := pg_backend_pid();
BEGIN
	INSERT INTO payment_staging (entry, channel, reference, kind, order_ref,
			amount, currency, paid_at, fault)
		SELECT notice_no, channel, reference, kind, order_ref, amount,
			currency, paid_at, fault
		FROM payment_notice WHERE state = 'received'
		ORDER BY notice_no LIMIT at_most FOR UPDATE SKIP LOCKED;
	GET DIAGNOSTICS booked = ROW_COUNT;
	IF booked = 0 THEN
		settled := 0;
		exceptions := 0;
		noted := 0;
		duplicate := 0;
		RETURN;
	END IF;
	SELECT s.settled, s.exceptions, s.noted, s.duplicate
		INTO settled, exceptions, noted, duplicate
		FROM book_staged('notice', NULL, actor, '{"source": "notice"}',
			at) AS s;
	-- What comes in for a purged order does not bring the person back.
	UPDATE payment_notice n SET state = 'booked', booked_at = at,
			body = CASE WHEN o.status = 'purged' THEN NULL
				ELSE n.body END,
			headers = CASE WHEN o.status = 'purged' THEN NULL
				ELSE n.headers END,
			peer = CASE WHEN o.status = 'purged' THEN NULL
				ELSE n.peer END
		FROM payment_staging s LEFT JOIN orders o USING (order_no)
		WHERE s.loader = me AND n.notice_no = s.entry;
	DELETE FROM payment_staging WHERE loader = me;
END
$$;
