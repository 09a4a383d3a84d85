-- Sends a notice that failed or bounced once more, as a new mail, and takes it
-- off the worklist.
-- Parameters: notice; who; why; the moment.
-- Raises: RC079 when there is no such notice, or it is not one of those.
CREATE OR REPLACE FUNCTION notice_retry(of_notice bigint, actor text,
	reason text, at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	known notice;
BEGIN
	SELECT * INTO known FROM notice n WHERE n.notice_id = of_notice
		FOR UPDATE;
	IF NOT FOUND OR known.state NOT IN ('failed', 'bounced') THEN
		RAISE EXCEPTION USING ERRCODE = 'RC079', MESSAGE = CASE
			WHEN known IS NULL
				THEN format('there is no notice %s', of_notice)
			ELSE format('notice %s is %s', of_notice, known.state)
			END, HINT = 'notice list --state failed, or bounced, '
				'shows which can be sent again';
	END IF;
	UPDATE notice n SET state = 'due', sent_at = NULL, reason = NULL,
			code = NULL, ended_at = NULL, ready_at = NULL,
			due_at = at, tries = 0, epoch = n.epoch + 1,
			mark = gen_random_uuid()
		WHERE n.notice_id = of_notice;
	UPDATE exception e SET closed_at = at, closed_by = actor,
			resolution = notice_retry.reason
		WHERE e.kind = 'mail' AND e.subject = of_notice::text
			AND e.closed_at IS NULL;
	PERFORM act(actor, 'retry notice', order_text(known.order_no), reason,
		at);
	PERFORM pg_notify('recard_notify', '');
END
$$;
