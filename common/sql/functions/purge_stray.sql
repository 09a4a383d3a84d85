-- What is left of notices that nobody vouches for: empties those that name an
-- order which has been purged and came in while it was (what is booked or
-- answered later empties itself), and deletes those that are too old.
-- Parameters: at most how many of each; the age; the moment.
-- Returns: how many were emptied or deleted.
CREATE OR REPLACE FUNCTION purge_stray(at_most integer,
	max_age interval, at timestamptz DEFAULT now()) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	emptied integer;
	deleted integer;
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
	DELETE FROM payment_notice n USING (
		SELECT o.notice_no FROM payment_notice o
		WHERE o.state = 'refused' AND o.received_at < at - max_age
		LIMIT at_most FOR UPDATE SKIP LOCKED) AS old
		WHERE n.notice_no = old.notice_no;
	GET DIAGNOSTICS deleted = ROW_COUNT;
	RETURN emptied + deleted;
END
$$;
