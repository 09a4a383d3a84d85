-- The belt: every table that an order meets from application to its end.
-- Personal data is in recard.applicant alone (certificate is the CA's own
-- register); the order's row is narrow, because every move rewrites it.

CREATE TYPE order_status AS ENUM (
	'unpaid', 'paid', 'queued', 'producing', 'produced', 'mailed',
	'delivered', 'returned', 'activated', 'purged', 'cancelled', 'closed');
CREATE TYPE job_state AS ENUM
	('queued', 'batched', 'made', 'rejected', 'spoiled', 'void');
CREATE TYPE label_state AS ENUM ('pending', 'printed', 'void');

-- What a status is called, and whether an order ends there.
CREATE TABLE order_state (
	status order_status PRIMARY KEY,
	display text NOT NULL,
	ends boolean NOT NULL
);

-- The allowed moves. What is not here is refused.
CREATE TABLE order_move (
	status order_status NOT NULL REFERENCES order_state,
	event text NOT NULL CHECK (event ~ '^[a-z]+$'),
	next order_status NOT NULL REFERENCES order_state,
	while_held boolean NOT NULL,	-- books what has happened outside
	notice text,			-- mail to the citizen, by name
	note text NOT NULL,
	PRIMARY KEY (status, event)
);

-- Running numbers that must have no gaps; the row lock makes them so.
CREATE TABLE counter (
	name text PRIMARY KEY,
	value bigint NOT NULL CHECK (value >= 0)
);

CREATE TABLE postal_area (
	zip3 text NOT NULL CHECK (zip3 ~ '^[0-9]{3}$'),
	county text NOT NULL,
	district text NOT NULL,
	outlying_island boolean NOT NULL,
	PRIMARY KEY (zip3, county, district)
);

-- Products, prices, feeds -------------------------------------------------

CREATE TABLE product (
	product text PRIMARY KEY CHECK (product ~ '^[a-z][a-z0-9_]{1,19}$'),
	display text NOT NULL,
	pay_window interval NOT NULL CHECK (pay_window > '0'),
	pay_rule text NOT NULL CHECK (pay_rule IN ('hours', 'end_of_day')),
	renew_days integer NOT NULL CHECK (renew_days > 0),
	valid_years integer NOT NULL CHECK (valid_years BETWEEN 1 AND 20),
	attempt_limit integer NOT NULL CHECK (attempt_limit > 0)
);

CREATE TABLE product_price (
	product text NOT NULL REFERENCES product,
	valid_from date NOT NULL,	-- Asia/Taipei
	card_fee integer NOT NULL CHECK (card_fee >= 0),
	postage integer NOT NULL CHECK (postage >= 0),
	PRIMARY KEY (product, valid_from)
);

-- A source of payment news. covered_until is its watermark: everything paid
-- up to then has been reported, because all files up to last_sequence are in.
CREATE TABLE payment_feed (
	channel text PRIMARY KEY CHECK (channel ~ '^[a-z0-9_-]{1,20}$'),
	display text NOT NULL,
	first_sequence bigint NOT NULL DEFAULT 1,
	last_sequence bigint,
	covered_until timestamptz,
	last_file_at timestamptz,
	max_silence interval NOT NULL DEFAULT '3 days'
);

CREATE TABLE product_feed (
	product text NOT NULL REFERENCES product,
	channel text NOT NULL REFERENCES payment_feed,
	PRIMARY KEY (product, channel)
);

-- People's cards, orders, applicants ---------------------------------------

CREATE TABLE certificate (
	card_no text PRIMARY KEY CHECK (card_no ~ '^[A-Z]{2}[0-9]{14}$'),
	holder_hash bytea NOT NULL CHECK (octet_length(holder_hash) = 32),
	name text NOT NULL CHECK (name <> ''),
	not_after date NOT NULL,	-- extension included; Asia/Taipei
	rank text NOT NULL CHECK (rank IN ('primary', 'secondary')),
	status text NOT NULL CHECK (status IN
		('valid', 'suspended', 'revoked', 'inactive')),
	serial text,
	updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX certificate_holder ON certificate (holder_hash)
	WHERE status = 'valid' AND rank = 'primary';

CREATE SEQUENCE order_sequence MINVALUE 0 MAXVALUE 9999999 CYCLE;

CREATE TABLE orders (
	order_no bigint PRIMARY KEY
		CHECK (order_no BETWEEN 0 AND 99999999999999),
	applied_at timestamptz NOT NULL,
	pay_by timestamptz NOT NULL CHECK (pay_by > applied_at),
	moved_at timestamptz NOT NULL,
	status order_status NOT NULL DEFAULT 'unpaid',
	moves integer NOT NULL DEFAULT 0 CHECK (moves >= 0),
	amount integer NOT NULL CHECK (amount > 0),
	held boolean NOT NULL DEFAULT false,
	product text NOT NULL REFERENCES product
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
-- One small index for each place where a program looks for work.
CREATE INDEX orders_unpaid ON orders (pay_by) WHERE status = 'unpaid';
CREATE INDEX orders_paid ON orders (order_no)
	WHERE status = 'paid' AND NOT held;
CREATE INDEX orders_open ON orders (status, moved_at)
	WHERE status NOT IN ('activated', 'purged', 'cancelled', 'closed');

-- The client's request numbers, as digests: a repeat finds its order, also
-- when that order has been purged.
CREATE TABLE application_request (
	request_digest bytea PRIMARY KEY
		CHECK (octet_length(request_digest) = 32),
	order_no bigint NOT NULL UNIQUE REFERENCES orders
);

-- All personal data of an application.
CREATE TABLE applicant (
	order_no bigint PRIMARY KEY REFERENCES orders,
	open boolean NOT NULL DEFAULT true,	-- the order has not ended
	card_no text NOT NULL REFERENCES certificate,
	holder_hash bytea NOT NULL CHECK (octet_length(holder_hash) = 32),
	name text NOT NULL CHECK (name <> '' AND length(name) <= 60),
	postal_code text NOT NULL
		CHECK (postal_code ~ '^[0-9]{3}([0-9]{2,3})?$'),
	address text NOT NULL CHECK (address <> '' AND length(address) <= 120),
	phone text NOT NULL CHECK (phone ~ '^[0-9+#() -]{6,20}$'),
	email text NOT NULL CHECK (length(email) <= 254
		AND email ~ '^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$'),
	CONSTRAINT applicant_printable CHECK (
		name !~ U&'[\0001-\001F\007F-\009F\00AD\061C\180E\200B-\200F\2028-\202E\2060-\2069\FEFF\FFF9-\FFFB]'
		AND address !~ U&'[\0001-\001F\007F-\009F\00AD\061C\180E\200B-\200F\2028-\202E\2060-\2069\FEFF\FFF9-\FFFB]')
);
CREATE UNIQUE INDEX one_open_order_per_card ON applicant (card_no) WHERE open;

CREATE TABLE activation (
	order_no bigint PRIMARY KEY REFERENCES orders,
	user_code_hash text NOT NULL
		CHECK (user_code_hash ~ '^\$(scrypt|2a)\$'),
	tries integer NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 4),
	locked_at timestamptz,
	activated_at timestamptz
);

CREATE TABLE order_history (
	order_no bigint NOT NULL REFERENCES orders,
	move_no integer NOT NULL CHECK (move_no >= 0),	-- 0: the application
	at timestamptz NOT NULL,
	event text NOT NULL,
	from_status order_status,
	to_status order_status NOT NULL,
	actor text NOT NULL CHECK (actor <> ''),
	detail jsonb NOT NULL DEFAULT '{}',
	PRIMARY KEY (order_no, move_no)
);

CREATE TABLE hold (
	hold_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	order_no bigint NOT NULL REFERENCES orders,
	reason text NOT NULL CHECK (reason <> ''),
	placed_at timestamptz NOT NULL,
	placed_by text NOT NULL CHECK (placed_by <> ''),
	released_at timestamptz,
	released_by text,
	CHECK ((released_at IS NULL) = (released_by IS NULL))
);
CREATE UNIQUE INDEX one_open_hold ON hold (order_no)
	WHERE released_at IS NULL;

-- Outbox: mail to be sent. It names no recipient: he is looked up when the
-- mail goes out.
CREATE TABLE notice (
	notice_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	order_no bigint NOT NULL REFERENCES orders,
	kind text NOT NULL,
	move_no integer NOT NULL,
	due_at timestamptz NOT NULL,
	sent_at timestamptz,
	UNIQUE (order_no, kind, move_no)
);
CREATE INDEX notice_due ON notice (due_at) WHERE sent_at IS NULL;

-- Files taken in -------------------------------------------------------------

CREATE TABLE import (
	import_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind text NOT NULL CHECK (kind IN
		('settlement', 'card_ack', 'card_result', 'tracking')),
	name text NOT NULL,
	digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
	size bigint NOT NULL CHECK (size >= 0),
	taken_at timestamptz NOT NULL,
	actor text NOT NULL,
	outcome text NOT NULL CHECK (outcome IN ('done', 'rejected')),
	reason text,
	rows bigint NOT NULL DEFAULT 0,
	applied bigint NOT NULL DEFAULT 0,
	duplicate bigint NOT NULL DEFAULT 0,
	rejected bigint NOT NULL DEFAULT 0,
	CHECK (rows = applied + duplicate + rejected),
	CHECK ((outcome = 'rejected') = (reason IS NOT NULL))
);
-- A refused file may be judged again (a key was missing, say); a booked one
-- is booked once.
CREATE UNIQUE INDEX import_once ON import (kind, digest)
	WHERE outcome = 'done';

CREATE TABLE import_reject (
	import_id bigint NOT NULL REFERENCES import,
	line bigint NOT NULL CHECK (line > 0),
	code text NOT NULL,
	text text NOT NULL,
	PRIMARY KEY (import_id, line)
);

-- Money -----------------------------------------------------------------------

-- Every line and notice as it came; nothing here is ever changed or deleted.
CREATE TABLE payment (
	payment_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	channel text NOT NULL REFERENCES payment_feed,
	reference text NOT NULL CHECK (reference <> ''),
	kind text NOT NULL
		CHECK (kind IN ('paid', 'refund', 'chargeback', 'unknown')),
	order_ref text NOT NULL,	-- as written, whatever it says
	amount bigint NOT NULL,
	currency text NOT NULL,
	paid_at timestamptz,
	fault text,			-- what could not be read in the line
	source text NOT NULL CHECK (source IN ('settlement', 'notice')),
	import_id bigint REFERENCES import,
	line bigint,
	booked_at timestamptz NOT NULL,
	UNIQUE (channel, reference, kind),
	CHECK ((source = 'settlement') = (import_id IS NOT NULL))
);

-- The payment that settles an order: one each, either way.
CREATE TABLE settled_payment (
	order_no bigint PRIMARY KEY REFERENCES orders,
	payment_id bigint NOT NULL UNIQUE REFERENCES payment,
	settled_at timestamptz NOT NULL
);

-- Payments that settle nothing, with the reason and what is done about it.
CREATE TABLE payment_exception (
	payment_id bigint PRIMARY KEY REFERENCES payment,
	order_no bigint REFERENCES orders,	-- NULL: no such order
	reason text NOT NULL CHECK (reason IN ('unknown_order',
		'purged_order', 'cancelled_order', 'second_payment', 'short',
		'over', 'currency', 'simulated', 'stale', 'chargeback',
		'refund', 'unreadable')),
	state text NOT NULL CHECK (state IN
		('open', 'refund_due', 'refunded', 'matched')),
	opened_at timestamptz NOT NULL,
	closed_at timestamptz,
	closed_by text,
	note text,
	CHECK ((closed_at IS NULL) = (state IN ('open', 'refund_due')))
);
CREATE INDEX payment_exception_open ON payment_exception (order_no)
	WHERE closed_at IS NULL;

CREATE TABLE settlement_file (
	channel text NOT NULL REFERENCES payment_feed,
	sequence bigint NOT NULL CHECK (sequence > 0),
	business_date date NOT NULL,
	covered_until timestamptz NOT NULL,
	import_id bigint NOT NULL UNIQUE REFERENCES import,
	PRIMARY KEY (channel, sequence)
);

-- Manufacture -----------------------------------------------------------------

-- What was frozen: a keyed digest of name, postal code and address. Card job
-- and label point here by (order, digest), so that theirs cannot differ.
CREATE TABLE address_freeze (
	order_no bigint NOT NULL REFERENCES settled_payment,
	digest bytea NOT NULL CHECK (octet_length(digest) = 32),
	version integer NOT NULL DEFAULT 1 CHECK (version > 0),
	frozen_at timestamptz NOT NULL,
	PRIMARY KEY (order_no, digest)
);

CREATE TABLE card_batch (
	batch_no text PRIMARY KEY CHECK (batch_no ~ '^CB-[0-9]{8}-[0-9]{6}$'),
	sequence integer NOT NULL UNIQUE,
	product text NOT NULL REFERENCES product,
	state text NOT NULL DEFAULT 'cut' CHECK (state IN
		('cut', 'sealed', 'published', 'accepted', 'refused')),
	epoch integer NOT NULL DEFAULT 0,	-- fences an earlier claim off
	cards integer,
	hash_total text,
	valid_from date NOT NULL,
	valid_to date NOT NULL CHECK (valid_to > valid_from),
	content_digest text CHECK (content_digest ~ '^[0-9a-f]{64}$'),
	file_digest text CHECK (file_digest ~ '^[0-9a-f]{64}$'),
	created_at timestamptz NOT NULL,
	sealed_at timestamptz,
	published_at timestamptz,
	acked_at timestamptz,
	ack_reason text,
	CHECK ((state = 'cut') = (sealed_at IS NULL)),
	CHECK ((sealed_at IS NULL) = (file_digest IS NULL)),
	CHECK (state NOT IN ('published', 'accepted', 'refused')
		OR published_at IS NOT NULL)
);
CREATE INDEX card_batch_pending ON card_batch (sequence)
	WHERE state IN ('cut', 'sealed', 'published');

-- The sealed bytes: whoever hands the batch over, now or again, hands over
-- these.
CREATE TABLE card_batch_file (
	batch_no text PRIMARY KEY REFERENCES card_batch,
	bytes bytea NOT NULL
);
ALTER TABLE card_batch_file ALTER bytes SET STORAGE EXTERNAL;

CREATE TABLE card_job (
	job_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	order_no bigint NOT NULL,
	attempt integer NOT NULL CHECK (attempt > 0),
	state job_state NOT NULL DEFAULT 'queued',
	reason text NOT NULL CHECK (reason IN
		('NEW', 'REJECTED', 'SPOILED', 'RETURNED')),
	address_digest bytea NOT NULL,
	queued_at timestamptz NOT NULL,
	on_hold_since timestamptz,	-- the line said ON_HOLD
	new_card_no text UNIQUE CHECK (new_card_no ~ '^[A-Z]{2}[0-9]{14}$'),
	certificate_serial text,
	not_after date,
	made_at timestamptz,
	error_code text,
	UNIQUE (order_no, attempt),
	FOREIGN KEY (order_no, address_digest)
		REFERENCES address_freeze (order_no, digest),
	CHECK (state <> 'made'
		OR (new_card_no IS NOT NULL AND made_at IS NOT NULL))
);
CREATE UNIQUE INDEX one_live_card_job ON card_job (order_no)
	WHERE state IN ('queued', 'batched', 'made');
CREATE INDEX card_job_queued ON card_job (job_no) WHERE state = 'queued';

CREATE TABLE card_batch_line (
	batch_no text NOT NULL REFERENCES card_batch,
	line integer NOT NULL CHECK (line > 0),
	job_no bigint NOT NULL UNIQUE REFERENCES card_job,
	PRIMARY KEY (batch_no, line)
);

-- Labels and the post -----------------------------------------------------------

CREATE TABLE label_run (
	run_no text PRIMARY KEY CHECK (run_no ~ '^LR-[0-9]{8}-[0-9]{6}$'),
	sequence integer NOT NULL UNIQUE,
	layout text NOT NULL,
	start_cell integer NOT NULL CHECK (start_cell > 0),
	state text NOT NULL DEFAULT 'cut'
		CHECK (state IN ('cut', 'sealed', 'published')),
	epoch integer NOT NULL DEFAULT 0,
	labels integer,
	sheets integer,
	digest text CHECK (digest ~ '^[0-9a-f]{64}$'),
	created_at timestamptz NOT NULL,
	sealed_at timestamptz,
	published_at timestamptz,
	CHECK ((state = 'cut') = (sealed_at IS NULL)),
	CHECK ((sealed_at IS NULL) = (digest IS NULL))
);
CREATE INDEX label_run_pending ON label_run (sequence)
	WHERE state IN ('cut', 'sealed');

CREATE TABLE label (
	label_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	order_no bigint NOT NULL,
	copy_no integer NOT NULL CHECK (copy_no > 0),
	state label_state NOT NULL DEFAULT 'pending',
	address_digest bytea NOT NULL,
	run_no text REFERENCES label_run,
	place integer CHECK (place > 0),	-- in the run, from 1
	blocked text,				-- reason code: cannot be printed
	created_at timestamptz NOT NULL,
	printed_at timestamptz,
	voided_at timestamptz,
	voided_by text,
	void_reason text,
	UNIQUE (order_no, copy_no),
	UNIQUE (run_no, place),
	FOREIGN KEY (order_no, address_digest)
		REFERENCES address_freeze (order_no, digest),
	CHECK ((run_no IS NULL) = (place IS NULL)),
	CHECK (state <> 'printed'
		OR (run_no IS NOT NULL AND printed_at IS NOT NULL)),
	CHECK ((state = 'void') = (voided_at IS NOT NULL)),
	CHECK ((voided_at IS NULL) = (voided_by IS NULL)
		AND (voided_at IS NULL) = (void_reason IS NULL))
);
CREATE UNIQUE INDEX one_valid_label ON label (order_no) WHERE state <> 'void';
CREATE INDEX label_pending ON label (label_no)
	WHERE state = 'pending' AND run_no IS NULL AND blocked IS NULL;

CREATE TABLE posting_list (
	list_no text PRIMARY KEY CHECK (list_no ~ '^PL-[0-9]{8}-[0-9]{6}$'),
	sequence integer NOT NULL UNIQUE,
	state text NOT NULL DEFAULT 'cut'
		CHECK (state IN ('cut', 'sealed', 'published')),
	epoch integer NOT NULL DEFAULT 0,
	items integer,
	digest text CHECK (digest ~ '^[0-9a-f]{64}$'),
	created_at timestamptz NOT NULL,
	sealed_at timestamptz,
	published_at timestamptz,
	CHECK ((state = 'cut') = (sealed_at IS NULL)),
	CHECK ((sealed_at IS NULL) = (digest IS NULL))
);
CREATE INDEX posting_list_pending ON posting_list (sequence)
	WHERE state IN ('cut', 'sealed');

CREATE TABLE posting_line (
	list_no text NOT NULL REFERENCES posting_list,
	line integer NOT NULL CHECK (line > 0),
	label_no bigint NOT NULL UNIQUE REFERENCES label,
	PRIMARY KEY (list_no, line)
);

CREATE TABLE mail_item (
	mail_item_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	order_no bigint NOT NULL REFERENCES orders,
	label_no bigint NOT NULL UNIQUE REFERENCES label,
	posted_on date NOT NULL,
	tracking_no text NOT NULL CHECK (tracking_no ~
		'^([0-9]{6}|[0-9]{14}|[0-9]{20}|[A-Z]{2}[0-9]{9}[A-Z]{2})$'),
	mail_type text,
	weight_g integer CHECK (weight_g > 0),
	postage integer CHECK (postage >= 0),
	import_id bigint NOT NULL REFERENCES import,
	line bigint NOT NULL,
	booked_at timestamptz NOT NULL,
	UNIQUE (posted_on, tracking_no)
);
CREATE INDEX mail_item_order ON mail_item (order_no);
CREATE INDEX mail_item_number ON mail_item (tracking_no);

CREATE TABLE mail_event (
	mail_item_id bigint NOT NULL REFERENCES mail_item,
	at timestamptz NOT NULL,
	code text NOT NULL CHECK (code ~ '^[A-Z][A-Z0-9]$'),
	office text,
	import_id bigint REFERENCES import,
	line bigint,
	booked_at timestamptz NOT NULL,
	PRIMARY KEY (mail_item_id, at, code)
);

-- Rows of the file that a tracking daemon is importing, per session.
CREATE UNLOGGED TABLE tracking_staging (
	loader integer NOT NULL DEFAULT pg_backend_pid(),
	line bigint NOT NULL,
	order_ref text NOT NULL,
	tracking_no text NOT NULL,
	posted_on date NOT NULL,
	mail_type text,
	weight_g integer,
	postage integer
);
CREATE INDEX tracking_staging_loader ON tracking_staging (loader);

-- People at work ------------------------------------------------------------------

-- Things that wait for somebody: each with its reason, until it is closed.
CREATE TABLE exception (
	exception_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind text NOT NULL CHECK (kind IN
		('label', 'card', 'batch', 'returned_mail')),
	order_no bigint REFERENCES orders,
	subject text NOT NULL,		-- label, job, batch … number
	reason text NOT NULL,
	opened_at timestamptz NOT NULL,
	closed_at timestamptz,
	closed_by text,
	resolution text,
	CHECK ((closed_at IS NULL) = (closed_by IS NULL))
);
CREATE UNIQUE INDEX exception_open ON exception (kind, subject, reason)
	WHERE closed_at IS NULL;

CREATE TABLE claim (
	claim_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	order_no bigint NOT NULL REFERENCES orders,
	opened_at timestamptz NOT NULL,
	opened_by text NOT NULL CHECK (opened_by <> ''),
	reason text NOT NULL,
	closed_at timestamptz,
	closed_by text,
	outcome text,
	CHECK ((closed_at IS NULL) = (closed_by IS NULL))
);
CREATE UNIQUE INDEX one_open_claim ON claim (order_no)
	WHERE closed_at IS NULL;

CREATE TABLE claim_note (
	claim_id bigint NOT NULL REFERENCES claim,
	note_no integer NOT NULL CHECK (note_no > 0),
	at timestamptz NOT NULL,
	author text NOT NULL CHECK (author <> ''),
	text text NOT NULL CHECK (text <> ''),
	PRIMARY KEY (claim_id, note_no)
);

-- Who looked at a person's data, and who did what by hand.
CREATE TABLE access_record (
	access_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at timestamptz NOT NULL,
	actor text NOT NULL CHECK (actor <> ''),
	order_no bigint NOT NULL,
	purpose text NOT NULL CHECK (purpose <> '')
);

CREATE TABLE operator_act (
	act_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at timestamptz NOT NULL,
	actor text NOT NULL CHECK (actor <> ''),
	act text NOT NULL,
	subject text NOT NULL,
	reason text NOT NULL CHECK (reason <> '')
);

-- Proof of a deletion, without the person.
CREATE TABLE purge_record (
	order_no bigint PRIMARY KEY REFERENCES orders,
	product text NOT NULL REFERENCES product,
	applied_at timestamptz NOT NULL,
	pay_by timestamptz NOT NULL,
	purged_at timestamptz NOT NULL CHECK (purged_at > pay_by),
	rule text NOT NULL,
	actor text NOT NULL,
	row_counts jsonb NOT NULL,
	commitment bytea NOT NULL CHECK (octet_length(commitment) = 32)
);
