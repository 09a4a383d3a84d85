-- Stops a line: there are batches out that this database does not know, so
-- it is an older copy, and a number might be used twice.
CREATE OR REPLACE FUNCTION line_stop(of_line text, why text, actor text,
	at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	UPDATE card_line SET stopped_at = line_stop.at, stop_reason = why
		WHERE line = of_line AND stopped_at IS NULL;
	IF FOUND THEN
		PERFORM open_exception('batch', NULL, of_line, 'line_stopped',
			at);
		PERFORM act(actor, 'stop', 'line ' || of_line, why, at);
	END IF;
END
$$;
