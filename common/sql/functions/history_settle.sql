-- Waits until everybody who has written into the history and not ended yet has
-- done so. In a transaction of its own, before history_seal_days(): the locks
-- go with it.
CREATE OR REPLACE FUNCTION history_settle() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	LOCK TABLE order_history, operator_act, access_record IN SHARE MODE;
END
$$;
