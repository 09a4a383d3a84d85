-- Citizens: mail to them.

-- Mail --------------------------------------------------------------------------

-- The language that an applicant reads.
ALTER TABLE applicant ADD COLUMN language text NOT NULL DEFAULT 'zh-Hant'
	CHECK (language IN ('zh-Hant', 'en'));

-- What becomes of a notice: due, until it is sent, or will never be. moot: by
-- the time it could go out it was no longer so.
ALTER TABLE notice
	ADD COLUMN state text NOT NULL DEFAULT 'due' CHECK (state IN
		('due', 'sent', 'bounced', 'failed', 'moot')),
	-- With the number it is the Message-ID, which nobody can guess.
	ADD COLUMN mark uuid NOT NULL DEFAULT gen_random_uuid(),
	ADD COLUMN ready_at timestamptz,	-- not before; a claim's end
	ADD COLUMN epoch integer NOT NULL DEFAULT 0,	-- fences claims off
	ADD COLUMN tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
	ADD COLUMN reason text,		-- why it bounced, failed, or is moot
	ADD COLUMN code text CHECK (length(code) <= 20),	-- 550 5.1.1
	ADD COLUMN ended_at timestamptz;	-- bounced, failed, moot since
UPDATE notice SET state = 'sent' WHERE sent_at IS NOT NULL;
-- Nobody sent mail before; of what happened long ago nobody need hear now.
UPDATE notice SET state = 'moot', reason = 'no_mail_yet', ended_at = now()
	WHERE sent_at IS NULL AND due_at < now() - interval '1 day';
ALTER TABLE notice
	ADD CONSTRAINT notice_kind CHECK (kind IN ('reminder', 'paid',
		'produced', 'mailed', 'delivered', 'returned', 'activated',
		'cancelled', 'closed')),
	ADD CONSTRAINT notice_sent CHECK
		((sent_at IS NOT NULL) = (state IN ('sent', 'bounced'))),
	ADD CONSTRAINT notice_ended CHECK ((ended_at IS NOT NULL)
		= (state IN ('bounced', 'failed', 'moot'))
		AND (reason IS NOT NULL) = (ended_at IS NOT NULL));
DROP INDEX notice_due;
CREATE INDEX notice_due ON notice (coalesce(ready_at, due_at))
	WHERE state = 'due';
-- Those of whom somebody must be told another way.
CREATE INDEX notice_failed ON notice (ended_at)
	WHERE state IN ('bounced', 'failed');

-- The mail servers that are written to, and which of them do not answer.
CREATE TABLE mail_server (
	server text PRIMARY KEY CHECK (server <> ''),
	seen_at timestamptz NOT NULL,
	failing_since timestamptz,
	fault text,
	CHECK ((failing_since IS NULL) = (fault IS NULL))
);

ALTER TABLE exception DROP CONSTRAINT exception_kind_check,
	ADD CONSTRAINT exception_kind_check CHECK (kind IN ('label', 'card',
		'batch', 'returned_mail', 'print', 'mail_number', 'source',
		'mail'));
