-- Empties refused notices that name an order which has been purged: those
-- that came in while it was. (What is booked or answered later empties
-- itself.)
-- Returns: how many were emptied.
CREATE OR REPLACE FUNCTION purge_stray(at_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	emptied integer;
BEGIN
	WITH stray AS (
		SELECT n.notice_no FROM payment_notice n
		JOIN orders o USING (order_no)
		WHERE n.state = 'refused' AND n.body IS NOT NULL
			AND o.status = 'purged'
		ORDER BY n.channel, n.digest, n.verdict LIMIT at_most
		FOR UPDATE OF n SKIP LOCKED
	)
	UPDATE payment_notice n SET body = NULL, headers = NULL, peer = NULL
		FROM stray WHERE n.notice_no = stray.notice_no;
	GET DIAGNOSTICS emptied = ROW_COUNT;
	RETURN emptied;
END
$$;
