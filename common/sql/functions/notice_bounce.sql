-- Somebody's mail server says that a mail of ours did not arrive.
-- Parameters: number and mark out of the Message-ID; status code (5.1.1); the
-- moment.
-- Returns: 'bounced', which puts it on the worklist; 'known', it was told
-- before; 'unknown', there is no such notice, or no more.
CREATE OR REPLACE FUNCTION notice_bounce(of_notice bigint, of_mark uuid,
	status text, at timestamptz DEFAULT now()) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	known notice;
BEGIN
	-- The order first, as whoever purges it takes it.
	PERFORM FROM orders o WHERE o.order_no = (SELECT n.order_no
			FROM notice n WHERE n.notice_id = of_notice)
		FOR KEY SHARE;
	SELECT * INTO known FROM notice n
		WHERE (n.notice_id, n.mark) = (of_notice, of_mark) FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'unknown';
	END IF;
	IF known.state NOT IN ('due', 'sent') THEN
		RETURN 'known';
	END IF;
	-- One that is due was sent, and its sender has not said so yet.
	UPDATE notice n SET state = 'bounced', reason = 'bounced',
			code = status, ended_at = at,
			sent_at = coalesce(n.sent_at, at), epoch = n.epoch + 1
		WHERE n.notice_id = of_notice;
	PERFORM open_exception('mail', known.order_no, of_notice::text,
		'bounced', at);
	INSERT INTO mail_tally AS m (kind, outcome, mails)
	VALUES (known.kind, 'bounced', 1)
	ON CONFLICT (kind, outcome) DO UPDATE SET mails = m.mails + 1;
	RETURN 'bounced';
END
$$;
