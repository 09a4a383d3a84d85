-- Operators: who they are, what they may do, what they look at and watch.

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
