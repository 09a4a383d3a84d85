-- Payment intake: notices as they came, the ledger's three-way match of
-- order, notice and settlement line, questions to providers, files fetched
-- from them.

-- Lines come by payment_staging now, and no array of them any more.
DROP FUNCTION IF EXISTS book_settlement(text, text, bigint, text, date, bigint,
	timestamptz, bigint[], text[], text[], bigint[], text[], timestamptz[],
	text[], text[], text, timestamptz);

-- What a notice may say besides money: an account number was issued, a card
-- was declined, somebody pressed the test button, the time stamp was old.
ALTER TABLE payment
	DROP CONSTRAINT payment_kind_check,
	ADD CONSTRAINT payment_kind_check CHECK (kind IN ('paid', 'refund',
		'chargeback', 'unknown', 'issued', 'failed', 'simulated',
		'stale')),
	DROP CONSTRAINT payment_source_check,
	ADD CONSTRAINT payment_source_check
		CHECK (source IN ('settlement', 'notice', 'query')),
	-- Above 0: the same reference came again with another content.
	ADD COLUMN variant integer NOT NULL DEFAULT 0 CHECK (variant >= 0),
	ADD COLUMN notice_no bigint,	-- the notice that told it first
	DROP CONSTRAINT payment_channel_reference_kind_key,
	ADD CONSTRAINT payment_once
		UNIQUE (channel, reference, kind, variant);

-- Looked up by people: an order's payments, what was done about one.
CREATE INDEX payment_order ON payment (order_ref);
CREATE INDEX operator_act_subject ON operator_act (subject);

ALTER TABLE payment_exception
	DROP CONSTRAINT payment_exception_reason_check,
	ADD CONSTRAINT payment_exception_reason_check CHECK (reason IN
		('unknown_order', 'purged_order', 'cancelled_order',
		'second_payment', 'short', 'over', 'currency', 'simulated',
		'stale', 'chargeback', 'refund', 'unreadable', 'differs')),
	ADD COLUMN refund_reference text CHECK (refund_reference <> ''),
	-- What was refunded before has none.
	ADD CONSTRAINT payment_exception_refund CHECK
		(state <> 'refunded' OR refund_reference IS NOT NULL) NOT VALID;
CREATE INDEX payment_exception_worklist ON payment_exception (opened_at)
	WHERE closed_at IS NULL;

-- A payment that another source told as well: the first time each.
CREATE TABLE payment_confirmation (
	payment_id bigint NOT NULL REFERENCES payment,
	source text NOT NULL
		CHECK (source IN ('settlement', 'notice', 'query')),
	import_id bigint REFERENCES import,
	line bigint,
	notice_no bigint,
	confirmed_at timestamptz NOT NULL,
	PRIMARY KEY (payment_id, source),
	CHECK ((source = 'settlement') = (import_id IS NOT NULL))
);
-- Paid by notice alone so far: no settlement line has told it yet.
CREATE TABLE payment_unconfirmed (
	payment_id bigint PRIMARY KEY REFERENCES payment,
	since timestamptz NOT NULL
);

ALTER TABLE payment_feed
	-- The provider is asked once more before an order is purged.
	ADD COLUMN ask_before_purge boolean NOT NULL DEFAULT false;

-- Notices as they came: stored before they are answered, booked from here.
-- What was read out of them stands beside the raw bytes; the latter go when
-- the order is purged.
CREATE TABLE payment_notice (
	notice_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	channel text NOT NULL CHECK (channel ~ '^[a-z0-9_-]{1,20}$'),
	digest bytea NOT NULL CHECK (octet_length(digest) = 32),
	received_at timestamptz NOT NULL,
	peer text,
	headers text,
	body bytea,
	verdict text NOT NULL CHECK (verdict IN
		('genuine', 'stale', 'hint', 'forged', 'malformed')),
	reference text,
	kind text,
	order_ref text,
	order_no bigint,	-- order_ref, when it is an order number
	amount bigint,
	currency text,
	paid_at timestamptz,
	fault text,
	repeats integer NOT NULL DEFAULT 0 CHECK (repeats >= 0),
	state text NOT NULL CHECK (state IN
		('received', 'asking', 'booked', 'refused')),
	booked_at timestamptz,
	UNIQUE (channel, digest, verdict),
	CHECK (state IN ('asking', 'refused') OR reference IS NOT NULL
		AND kind IS NOT NULL AND order_ref IS NOT NULL
		AND amount IS NOT NULL AND currency IS NOT NULL
		OR verdict = 'hint'),
	CHECK ((state = 'booked') = (booked_at IS NOT NULL))
) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX payment_notice_received ON payment_notice (notice_no)
	WHERE state = 'received';
CREATE INDEX payment_notice_raw ON payment_notice (order_no)
	WHERE body IS NOT NULL AND order_no IS NOT NULL;
CREATE INDEX payment_notice_refused ON payment_notice (channel, received_at)
	WHERE state = 'refused';

-- What providers are asked: whether a hint is true, or whether an order that
-- is about to be purged was paid after all.
CREATE TABLE payment_question (
	question_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	channel text NOT NULL REFERENCES payment_feed,
	order_ref text NOT NULL,
	order_no bigint,
	reference text,
	notice_no bigint REFERENCES payment_notice,	-- NULL: before a purge
	asked_at timestamptz NOT NULL,
	tries integer NOT NULL DEFAULT 0,
	next_try_at timestamptz NOT NULL,
	answered_at timestamptz,
	answer text CHECK (answer IN ('paid', 'unpaid')),
	CHECK ((answer IS NULL) = (answered_at IS NULL))
);
CREATE INDEX payment_question_open ON payment_question (next_try_at)
	WHERE answered_at IS NULL;
CREATE INDEX payment_question_order ON payment_question (order_no, channel);
CREATE UNIQUE INDEX payment_question_once ON payment_question
	(order_no, channel) WHERE answered_at IS NULL AND notice_no IS NULL;

-- News on its way into the ledger, per session: lines of the settlement file
-- that is being copied in, or the notices in hand.
CREATE UNLOGGED TABLE payment_staging (
	loader integer NOT NULL DEFAULT pg_backend_pid(),
	entry bigint NOT NULL,		-- line of the file, notice number
	channel text,
	reference text NOT NULL,
	kind text NOT NULL,
	order_ref text NOT NULL,
	amount bigint NOT NULL,
	currency text NOT NULL,
	paid_at timestamptz,
	fault text,
	-- Filled in while it is booked.
	order_no bigint,
	payment_id bigint,
	verdict text
);
CREATE INDEX payment_staging_loader ON payment_staging (loader, entry);

-- Files that a source has given us, until they are removed there.
CREATE TABLE fetched_file (
	source text NOT NULL CHECK (source <> ''),
	name text NOT NULL
		CHECK (name ~ '^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$'),
	digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
	size bigint NOT NULL CHECK (size >= 0),
	fetched_at timestamptz NOT NULL,
	looked_at timestamptz NOT NULL,	-- last time its content was compared
	removed_at timestamptz,		-- deleted at the source
	PRIMARY KEY (source, name, digest)
);

-- What the purge of unpaid orders needs ------------------------------------------

-- A notice that waits to be booked has its bytes, so that payment_notice_raw
-- finds all that name an order; refused ones that came while their order was
-- purged are looked for besides.
ALTER TABLE payment_notice ADD CONSTRAINT payment_notice_waiting
	CHECK (state NOT IN ('received', 'asking') OR body IS NOT NULL);
CREATE INDEX payment_notice_stray ON payment_notice (order_no)
	WHERE state = 'refused' AND body IS NOT NULL AND order_no IS NOT NULL;
-- Which orders have a question open, for one order: found by index even while
-- the server knows nothing of a table that has just filled.
CREATE INDEX payment_question_waiting ON payment_question (order_no)
	WHERE answered_at IS NULL AND order_no IS NOT NULL;
-- The purge goes a product at a time: it must not wade through the orders of
-- another one that waits for its feeds.
DROP INDEX orders_unpaid;
CREATE INDEX orders_unpaid ON orders (product, pay_by) WHERE status = 'unpaid';
-- The server keeps samples of a column's values, by which it plans, until it
-- looks at the table again: not of a person's.
ALTER TABLE applicant ALTER holder_hash SET STATISTICS 0,
	ALTER name SET STATISTICS 0, ALTER postal_code SET STATISTICS 0,
	ALTER address SET STATISTICS 0, ALTER phone SET STATISTICS 0,
	ALTER email SET STATISTICS 0;
ALTER TABLE activation ALTER user_code_hash SET STATISTICS 0;
ALTER TABLE payment_notice ALTER peer SET STATISTICS 0,
	ALTER headers SET STATISTICS 0, ALTER body SET STATISTICS 0;
-- purge_due() alone writes proofs, of orders whose rows it has locked and
-- that are never deleted: checking each again cost a fifth of the purge.
-- verify() looks (I5).
ALTER TABLE purge_record DROP CONSTRAINT purge_record_order_no_fkey,
	DROP CONSTRAINT purge_record_product_fkey;
