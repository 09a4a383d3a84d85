-- Files fetched from other houses: what came, so that it is deleted there
-- once it is booked here, and not before.
CREATE TABLE fetched_file (
	source text NOT NULL CHECK (source <> ''),
	name text NOT NULL CHECK (name ~ '^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$'),
	digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
	size bigint NOT NULL CHECK (size >= 0),
	fetched_at timestamptz NOT NULL,
	looked_at timestamptz NOT NULL,   -- last time its content was compared
	removed_at timestamptz,           -- deleted at the source
	PRIMARY KEY (source, name, digest)
);
