-- A mail server does its work again, or fails; since when is kept.
-- Parameters: the server; what is wrong, NULL: nothing; the moment.
CREATE OR REPLACE FUNCTION mail_server_seen(of_server text, wrong text,
	at timestamptz DEFAULT now()) RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	INSERT INTO recard.mail_server AS s (server, seen_at, failing_since,
		fault)
	VALUES (of_server, at, CASE WHEN wrong IS NOT NULL THEN at END, wrong)
	ON CONFLICT (server) DO UPDATE SET seen_at = excluded.seen_at,
		failing_since = CASE WHEN excluded.fault IS NOT NULL
			THEN coalesce(s.failing_since, excluded.seen_at) END,
		fault = excluded.fault
$$;
