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
