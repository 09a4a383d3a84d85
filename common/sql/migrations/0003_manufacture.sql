-- Card lines: several bureaus, each with its own numbers, stock, characters
-- and chain of batches; what is handed out, again and again the same; what
-- the lines answered, line by line; decisions that need two people.

-- Functions whose parameters or results are others now.
DROP FUNCTION IF EXISTS cut_batch(integer, integer, interval, text,
		timestamptz),
	claim_batch(),
	seal_batch(text, integer, integer, text, text, text, bytea, text,
		timestamptz),
	publish_batch(text, integer, text, timestamptz),
	drop_empty_batch(text, integer),
	overdue_acks(interval, timestamptz),
	book_ack(text, text, bigint, text, text, text, text, timestamptz),
	book_results(text, text, bigint, text, bigint[], bigint[], integer[],
		text[], text[], text[], date[], timestamptz[], text[], bigint[],
		text[], text[], text, timestamptz),
	fetch_known(text, text, text[], timestamptz);

-- Days that are not what their weekday says, and the years whose days are
-- known (Asia/Taipei).
CREATE TABLE calendar_year (
	year integer PRIMARY KEY CHECK (year BETWEEN 1912 AND 9999)
);
CREATE TABLE calendar_day (
	day date PRIMARY KEY,
	works boolean NOT NULL,
	note text NOT NULL
);

-- A card line as the configuration of recard-manufacture describes it, and
-- where its series of numbers stands. The first of the six digits of a batch
-- number is the line's series, so that each line has its own sequence.
CREATE TABLE card_line (
	line text PRIMARY KEY CHECK (line ~ '^[a-z][a-z0-9-]{0,19}$'),
	series integer NOT NULL UNIQUE CHECK (series BETWEEN 0 AND 9),
	products text[] NOT NULL DEFAULT '{}',	-- none: every product
	batch_max integer NOT NULL DEFAULT 10000 CHECK (batch_max > 0),
	batch_min integer NOT NULL DEFAULT 500 CHECK (batch_min > 0),
	batch_wait interval NOT NULL DEFAULT '4 hours',
	cut_at time[] NOT NULL DEFAULT '{}',	-- Asia/Taipei, working days
	ack_patience interval NOT NULL DEFAULT '24 hours',
	result_patience interval NOT NULL DEFAULT '5 days',
	characters int4multirange,	-- code points it prints; NULL: any
	last_number integer NOT NULL DEFAULT 0
		CHECK (last_number BETWEEN 0 AND 99999),
	-- The batch that was sealed last, and the digest of the chain up to it.
	chain_batch text,
	chain_digest text CHECK (chain_digest ~ '^[0-9a-f]{64}$'),
	-- Nothing is cut, sealed or handed out while it is stopped.
	stopped_at timestamptz,
	stop_reason text,
	CHECK ((chain_batch IS NULL) = (chain_digest IS NULL)),
	CHECK ((stopped_at IS NULL) = (stop_reason IS NULL))
);
INSERT INTO card_line (line, series, last_number)
	SELECT 'main', 0, coalesce((SELECT value FROM counter
		WHERE name = 'card_batch'), 0);
DELETE FROM counter WHERE name = 'card_batch';

-- Numbers that a restored database does not know and must not use again.
CREATE TABLE card_line_gap (
	line text NOT NULL REFERENCES card_line,
	first_number integer NOT NULL CHECK (first_number > 0),
	last_number integer NOT NULL,
	declared_at timestamptz NOT NULL,
	declared_by text NOT NULL CHECK (declared_by <> ''),
	PRIMARY KEY (line, first_number),
	CHECK (last_number >= first_number)
);

-- Blank cards as they were counted when the line's numbers stood at
-- after_number; those put into later batches are used. No row: not counted,
-- never short.
CREATE TABLE card_stock (
	line text NOT NULL REFERENCES card_line,
	product text NOT NULL REFERENCES product,
	cards integer NOT NULL CHECK (cards >= 0),
	after_number integer NOT NULL CHECK (after_number >= 0),
	counted_at timestamptz NOT NULL,
	counted_by text NOT NULL CHECK (counted_by <> ''),
	PRIMARY KEY (line, product)
);

ALTER TABLE card_batch
	ADD COLUMN line text NOT NULL DEFAULT 'main' REFERENCES card_line,
	ADD COLUMN cut_by text NOT NULL DEFAULT 'manufacture',
	-- Why it was cut: so many waited, so long, the time of day had come, an
	-- operator said so, or the belt was drained.
	ADD COLUMN cause text NOT NULL DEFAULT 'volume' CHECK (cause IN
		('volume', 'age', 'cutoff', 'hand', 'drain')),
	ADD COLUMN previous_no text REFERENCES card_batch,
	ADD COLUMN chain_digest text
		CHECK (chain_digest ~ '^[0-9a-f]{64}$'),
	ADD COLUMN signer text,		-- subject of our certificate
	ADD COLUMN offered_at timestamptz,	-- whole at the line, unnamed yet
	ADD COLUMN held_at timestamptz,
	ADD COLUMN held_by text,
	ADD COLUMN hold_reason text,
	ADD COLUMN ended_by text,
	DROP CONSTRAINT card_batch_state_check,
	ADD CONSTRAINT card_batch_state_check CHECK (state IN ('cut', 'sealed',
		'published', 'accepted', 'refused', 'empty', 'abandoned')),
	DROP CONSTRAINT card_batch_check1,
	ADD CONSTRAINT card_batch_sealed CHECK
		((state IN ('cut', 'empty')) = (sealed_at IS NULL)),
	DROP CONSTRAINT card_batch_check3,
	ADD CONSTRAINT card_batch_published CHECK (state NOT IN
		('published', 'accepted', 'refused', 'abandoned')
		OR published_at IS NOT NULL),
	-- What was sealed before there was a chain has no link.
	ADD CONSTRAINT card_batch_chained CHECK
		(sealed_at IS NULL OR chain_digest IS NOT NULL) NOT VALID,
	ADD CONSTRAINT card_batch_held CHECK ((held_at IS NULL)
		= (held_by IS NULL) AND (held_at IS NULL)
		= (hold_reason IS NULL));
ALTER TABLE card_batch ALTER line DROP DEFAULT, ALTER cut_by DROP DEFAULT,
	ALTER cause DROP DEFAULT;
-- One batch follows each, and one is a line's first.
CREATE UNIQUE INDEX card_batch_follows ON card_batch (previous_no);
CREATE UNIQUE INDEX card_batch_first ON card_batch (line)
	WHERE chain_digest IS NOT NULL AND previous_no IS NULL;
CREATE INDEX card_batch_line_product ON card_batch (line, product, created_at);
DROP INDEX card_batch_pending;
CREATE INDEX card_batch_pending ON card_batch (line, sequence)
	WHERE state IN ('cut', 'sealed', 'published', 'refused');

-- Each time that an operator has a batch handed over again.
CREATE TABLE card_batch_resend (
	resend_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	batch_no text NOT NULL REFERENCES card_batch,
	asked_at timestamptz NOT NULL,
	asked_by text NOT NULL CHECK (asked_by <> ''),
	reason text NOT NULL CHECK (reason <> ''),
	sent_at timestamptz
);
CREATE UNIQUE INDEX card_batch_resend_open ON card_batch_resend (batch_no)
	WHERE sent_at IS NULL;

-- The lines that lack a character of the name, as long as the card waits.
ALTER TABLE card_job ADD COLUMN unprintable_on text[] NOT NULL DEFAULT '{}';

-- What the lines reported and we booked, for ever: a row for each card and
-- result line.
CREATE TABLE card_result (
	job_no bigint NOT NULL REFERENCES card_job,
	import_id bigint NOT NULL REFERENCES import,
	line bigint NOT NULL CHECK (line > 0),
	result text NOT NULL CHECK (result IN
		('MADE', 'REJECTED', 'SPOILED', 'ON_HOLD')),
	error_code text CHECK (error_code <> ''),
	booked_at timestamptz NOT NULL,
	PRIMARY KEY (job_no, import_id, line)
);
-- Jobs that ended before that was kept.
INSERT INTO import (kind, name, digest, size, taken_at, actor, outcome)
	SELECT 'card_result', 'results-before-schema-3', repeat('0', 64), 0,
		now(), 'migration', 'done'
	WHERE EXISTS (SELECT FROM card_job
		WHERE state IN ('made', 'rejected', 'spoiled'));
INSERT INTO card_result (job_no, import_id, line, result, error_code, booked_at)
	SELECT j.job_no, i.import_id, j.job_no, upper(j.state::text),
		nullif(j.error_code, ''), i.taken_at
	FROM card_job j JOIN import i ON i.digest = repeat('0', 64)
		AND i.kind = 'card_result'
	WHERE j.state IN ('made', 'rejected', 'spoiled');

-- What only two people decide: one asks, another one answers.
CREATE TABLE decision (
	decision_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	act text NOT NULL CHECK (act IN ('retry_card', 'abandon_batch')),
	subject text NOT NULL CHECK (subject <> ''),
	requested_at timestamptz NOT NULL,
	requested_by text NOT NULL CHECK (requested_by <> ''),
	reason text NOT NULL CHECK (reason <> ''),
	decided_at timestamptz,
	decided_by text,
	outcome text CHECK (outcome IN ('approved', 'declined')),
	remark text,
	CHECK ((decided_at IS NULL) = (decided_by IS NULL)
		AND (decided_at IS NULL) = (outcome IS NULL)),
	CONSTRAINT decision_by_two CHECK
		(outcome <> 'approved' OR decided_by <> requested_by)
);
CREATE UNIQUE INDEX decision_open ON decision (act, subject)
	WHERE decided_at IS NULL;

-- A hold that only two people lift.
ALTER TABLE hold ADD COLUMN by_two boolean NOT NULL DEFAULT false;
UPDATE hold SET by_two = true
	WHERE reason = 'attempt_limit' AND released_at IS NULL;

ALTER TABLE certificate DROP CONSTRAINT certificate_status_check,
	ADD CONSTRAINT certificate_status_check CHECK (status IN ('valid',
		'suspended', 'revoked', 'inactive', 'deceased'));

-- The freeze ---------------------------------------------------------------------

-- Foreign keys to rows that nobody can change or delete need only be looked
-- after when a row is added: the triggers named settled and frozen do that
-- for a whole statement (triggers.sql), at a tenth of the cost, and lock no
-- rows. They still refuse with 23503.
ALTER TABLE address_freeze DROP CONSTRAINT address_freeze_order_no_fkey;
ALTER TABLE card_job DROP CONSTRAINT card_job_order_no_address_digest_fkey;
ALTER TABLE label DROP CONSTRAINT label_order_no_address_digest_fkey;
-- advance() and submit() alone write history, of orders that they have just
-- written themselves and that are never deleted. verify() looks (I10).
ALTER TABLE order_history DROP CONSTRAINT order_history_order_no_fkey;
-- Unique among those that have one: most rows enter these indexes later, and
-- some never.
ALTER TABLE card_job DROP CONSTRAINT card_job_new_card_no_key;
CREATE UNIQUE INDEX card_job_new_card_no_key ON card_job (new_card_no)
	WHERE new_card_no IS NOT NULL;
ALTER TABLE label DROP CONSTRAINT label_run_no_place_key;
CREATE UNIQUE INDEX label_run_no_place_key ON label (run_no, place)
	WHERE run_no IS NOT NULL;
