-- Citizens: who is logged in, activation by reserved tries, codes that the
-- counter resets, and mail to them.

-- Log-in -------------------------------------------------------------------------

-- Who is logged in at the portal: by the digest of what his browser holds. A
-- session ends when its row goes. It is logged like everything else: a server
-- that starts again throws nobody out.
CREATE TABLE citizen_session (
	session bytea PRIMARY KEY CHECK (octet_length(session) = 32),
	card_no text NOT NULL REFERENCES certificate,
	holder_hash bytea NOT NULL CHECK (octet_length(holder_hash) = 32),
	begun_at timestamptz NOT NULL,
	seen_at timestamptz NOT NULL CHECK (seen_at >= begun_at),
	idle interval NOT NULL CHECK (idle > '0'),
	-- Order numbers asked for that are none of his.
	strays integer NOT NULL DEFAULT 0 CHECK (strays >= 0)
) WITH (fillfactor = 80);
-- No sample of a person in the server's statistics.
ALTER TABLE citizen_session ALTER session SET STATISTICS 0,
	ALTER card_no SET STATISTICS 0, ALTER holder_hash SET STATISTICS 0;

-- Challenges that were answered: each counts once, at whichever instance.
CREATE TABLE login_challenge_used (
	challenge bytea PRIMARY KEY
		CHECK (octet_length(challenge) BETWEEN 16 AND 64),
	used_at timestamptz NOT NULL
);

-- Log-ins of a card, for the limits on them.
CREATE TABLE login_attempt (
	card_no text NOT NULL REFERENCES certificate,
	at timestamptz NOT NULL,
	outcome text NOT NULL CHECK (outcome IN ('done', 'wrong_id'))
);
CREATE INDEX login_attempt_card ON login_attempt (card_no, at);
ALTER TABLE login_attempt ALTER card_no SET STATISTICS 0;

-- Who issued the certificates of a product, as their holders read it.
ALTER TABLE product ADD COLUMN issuer text NOT NULL
	DEFAULT '內政部憑證管理中心' CHECK (issuer <> '');

-- Activation -----------------------------------------------------------------------

-- The fourth try locks, also when it turns out to be right afterwards; nothing
-- is both locked and activated. Tries up to void_until were made of a code
-- that has been reset since.
ALTER TABLE activation
	ADD COLUMN last_try integer NOT NULL DEFAULT 0 CHECK (last_try >= 0),
	ADD COLUMN void_until integer NOT NULL DEFAULT 0
		CHECK (void_until BETWEEN 0 AND last_try),
	ADD COLUMN reset_at timestamptz,	-- asked for at the counter
	ADD CONSTRAINT activation_locked CHECK
		((tries = 4) = (locked_at IS NOT NULL)),
	ADD CONSTRAINT activation_over CHECK
		(activated_at IS NULL OR tries = 0);

-- Those with wrong tries, for who looks after them.
CREATE INDEX activation_tried ON activation (order_no) WHERE tries > 0;

-- Each try: reserved before the slow hash is computed, judged afterwards.
CREATE TABLE activation_attempt (
	order_no bigint NOT NULL REFERENCES orders,
	try_no integer NOT NULL CHECK (try_no > 0),
	begun_at timestamptz NOT NULL,
	ended_at timestamptz,
	right_code boolean,
	PRIMARY KEY (order_no, try_no),
	CHECK ((ended_at IS NULL) = (right_code IS NULL))
);

-- Codes that the counter has set anew, from its signed files.
ALTER TABLE import DROP CONSTRAINT import_kind_check,
	ADD CONSTRAINT import_kind_check CHECK (kind IN ('settlement',
		'card_ack', 'card_result', 'tracking', 'code_reset'));
CREATE TABLE code_reset (
	order_no bigint NOT NULL REFERENCES orders,
	requested_at timestamptz NOT NULL,
	office text NOT NULL CHECK (office <> '' AND length(office) <= 40),
	import_id bigint NOT NULL REFERENCES import,
	line bigint NOT NULL CHECK (line > 0),
	booked_at timestamptz NOT NULL,
	PRIMARY KEY (order_no, requested_at)
);

-- What was asked and judged in one go before.
DROP FUNCTION IF EXISTS activation_code(bigint),
	activation_try(bigint, boolean, text, timestamptz);
-- These answer with more than before.
DROP FUNCTION IF EXISTS edit_applicant(bigint, jsonb, text, timestamptz),
	order_find(text, text, text, integer, timestamptz);

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

-- How many mails came to what, for metrics: rows of notice are many, and go.
CREATE TABLE mail_tally (
	kind text NOT NULL,
	outcome text NOT NULL
		CHECK (outcome IN ('sent', 'failed', 'bounced')),
	mails bigint NOT NULL CHECK (mails >= 0),
	PRIMARY KEY (kind, outcome)
);

ALTER TABLE exception DROP CONSTRAINT exception_kind_check,
	ADD CONSTRAINT exception_kind_check CHECK (kind IN ('label', 'card',
		'batch', 'returned_mail', 'print', 'mail_number', 'source',
		'mail'));
