-- Citizens: who is logged in, activation by reserved tries, and codes that the
-- counter resets.

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
-- It answers with more than before.
DROP FUNCTION IF EXISTS edit_applicant(bigint, jsonb, text, timestamptz);
