-- The sealed bytes of a batch.
CREATE OR REPLACE FUNCTION batch_file(of_batch text) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT bytes FROM recard.card_batch_file WHERE batch_no = of_batch
$$;
