-- Operators: who they are, what they may do, what they look at and watch.

-- Watching the belt ------------------------------------------------------------

-- When a move was written, by the database's clock, whatever moment it is of
-- (an application may be imported days later): history is sealed by it.
ALTER TABLE order_history
	ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT now();
-- The table only grows, in this order: a handful of pages tell where the
-- latest rows are, and a move costs nothing more.
CREATE INDEX order_history_recorded ON order_history USING brin (recorded_at)
	WITH (pages_per_range = 32, autosummarize = on);

-- Finding a person's orders ------------------------------------------------------

CREATE INDEX applicant_holder ON applicant (holder_hash);
CREATE INDEX applicant_card ON applicant (card_no);

-- Stages and who works on them ----------------------------------------------------

-- What an operator can pause: a program, or one of its works that claims
-- something or acts outside.
CREATE TABLE stage (
	stage text PRIMARY KEY CHECK (stage ~ '^[a-z]+(\.[a-z_]+)?$'),
	about text NOT NULL CHECK (about <> '')
);
CREATE TABLE stage_pause (
	stage text PRIMARY KEY REFERENCES stage,
	reason text NOT NULL CHECK (reason <> ''),
	paused_at timestamptz NOT NULL,
	paused_by text NOT NULL CHECK (paused_by <> ''),
	until timestamptz		-- NULL: until it is resumed
);
-- Each run of a daemon, on any host: when it was seen last, and when it ended
-- by itself; and the last pause or resumption that it was told of, between two
-- of its works.
CREATE TABLE daemon_instance (
	program text NOT NULL,
	host text NOT NULL,
	pid integer NOT NULL,
	started_at timestamptz NOT NULL,	-- by its own clock
	version text NOT NULL,
	once boolean NOT NULL,
	first_seen_at timestamptz NOT NULL,
	seen_at timestamptz NOT NULL,
	ended_at timestamptz,
	told bigint NOT NULL,			-- counter stage_change
	backend integer NOT NULL,		-- the server's process for it
	PRIMARY KEY (program, host, pid, started_at)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

-- Sealing the history -------------------------------------------------------------

-- Written when the row is, not when its transaction began: once all who had
-- begun to write have ended, no row of a day that is over can come any more.
ALTER TABLE order_history ALTER recorded_at SET DEFAULT clock_timestamp();
ALTER TABLE operator_act
	ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE operator_act ALTER recorded_at SET DEFAULT clock_timestamp();
CREATE INDEX operator_act_recorded ON operator_act USING brin (recorded_at)
	WITH (autosummarize = on);
ALTER TABLE access_record
	ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE access_record ALTER recorded_at SET DEFAULT clock_timestamp();
CREATE INDEX access_record_recorded ON access_record USING brin (recorded_at)
	WITH (autosummarize = on);

-- One a day, chained to the one before: what was recorded that day (in
-- Taipei), as numbers and digests.
CREATE TABLE history_seal (
	day date PRIMARY KEY,
	moves bigint NOT NULL CHECK (moves >= 0),
	moves_digest text NOT NULL CHECK (moves_digest ~ '^[0-9a-f]{64}$'),
	acts bigint NOT NULL CHECK (acts >= 0),
	acts_digest text NOT NULL CHECK (acts_digest ~ '^[0-9a-f]{64}$'),
	looks bigint NOT NULL CHECK (looks >= 0),
	looks_digest text NOT NULL CHECK (looks_digest ~ '^[0-9a-f]{64}$'),
	previous text NOT NULL CHECK (previous ~ '^[0-9a-f]{64}$'),
	digest text NOT NULL UNIQUE CHECK (digest ~ '^[0-9a-f]{64}$'),
	sealed_at timestamptz NOT NULL,
	sealed_by text NOT NULL CHECK (sealed_by <> '')
);

-- Operators -----------------------------------------------------------------

-- A person with a card of the operators' authority, known by the SHA-256 of
-- its certificate. A new card is a new row; nothing here is deleted. The name
-- is the person's login name too, so that two people are two, whichever way
-- each comes.
CREATE TABLE operator (
	operator_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL CHECK (name ~ '^[a-z_][a-z0-9._-]{0,31}$'),
	fingerprint text NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
	role text NOT NULL CHECK (role IN
		('viewer', 'operator', 'supervisor', 'auditor')),
	valid_from timestamptz NOT NULL,
	valid_until timestamptz NOT NULL CHECK (valid_until > valid_from),
	added_at timestamptz NOT NULL,
	added_by text NOT NULL CHECK (added_by <> ''),
	removed_at timestamptz,
	removed_by text,
	CHECK ((removed_at IS NULL) = (removed_by IS NULL))
);
CREATE UNIQUE INDEX operator_name ON operator (name)
	WHERE removed_at IS NULL;
CREATE UNIQUE INDEX operator_fingerprint ON operator (fingerprint)
	WHERE removed_at IS NULL;

-- Which role may do what on the console. What is not here is refused.
CREATE TABLE console_right (
	act text NOT NULL CHECK (act ~ '^[a-z_]+$'),
	role text NOT NULL CHECK (role IN
		('viewer', 'operator', 'supervisor', 'auditor')),
	PRIMARY KEY (act, role)
);

-- What was refused. A stranger, whose operator is NULL, has one row, however
-- often he comes.
CREATE TABLE console_refusal (
	fingerprint text NOT NULL,
	act text NOT NULL,
	subject text NOT NULL,
	operator text,
	first_at timestamptz NOT NULL,
	last_at timestamptz NOT NULL,
	times bigint NOT NULL DEFAULT 1,
	PRIMARY KEY (fingerprint, act, subject)
);
CREATE INDEX console_refusal_last ON console_refusal (last_at);

-- Few orders end like this, and somebody wants to see them.
CREATE INDEX orders_given_up ON orders (order_no)
	WHERE status IN ('cancelled', 'closed');

-- What is watched -----------------------------------------------------------

-- How long the oldest order may stand in a status before somebody looks.
CREATE TABLE stage_target (
	status order_status PRIMARY KEY REFERENCES order_state,
	target interval NOT NULL CHECK (target > '0')
);

-- Moves, counted. advance() and submit() add a row a call to the tally, which
-- nobody waits for; roll_moves() adds the tally up. from_status is '' for an
-- application.
CREATE TABLE move_tally (
	at timestamptz NOT NULL,
	from_status text NOT NULL,
	to_status text NOT NULL,
	orders bigint NOT NULL
);
CREATE TABLE move_count (
	day date NOT NULL,	-- Asia/Taipei
	from_status text NOT NULL,
	to_status text NOT NULL,
	orders bigint NOT NULL,
	PRIMARY KEY (day, from_status, to_status)
);
INSERT INTO move_count (day, from_status, to_status, orders)
SELECT (at AT TIME ZONE 'Asia/Taipei')::date, coalesce(from_status::text, ''),
	to_status, count(*)
FROM order_history GROUP BY 1, 2, 3;

-- What the last verification found, an invariant a row.
CREATE TABLE invariant_result (
	invariant text PRIMARY KEY,
	violations bigint NOT NULL CHECK (violations >= 0),
	verified_at timestamptz NOT NULL
);

-- When a job that must happen again and again last went well.
CREATE TABLE job_success (
	job text PRIMARY KEY,
	at timestamptz NOT NULL
);
