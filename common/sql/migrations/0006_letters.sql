-- The post, the rest: ZIP archives, sources that are expected at their hour,
-- letters that are sent again to another address.

-- Archives -----------------------------------------------------------------

-- Sources ------------------------------------------------------------------

-- The name of a source stands behind that of the program whose it is, so that
-- two programs may call theirs alike. What nobody has booked yet is fetched
-- again, which changes nothing.
DELETE FROM fetched_file f
	WHERE NOT EXISTS (SELECT FROM import i WHERE i.digest = f.digest);
UPDATE fetched_file f SET source = (SELECT CASE i.kind
			WHEN 'settlement' THEN 'payment.'
			WHEN 'tracking' THEN 'tracking.'
			ELSE 'manufacture.' END
		FROM import i WHERE i.digest = f.digest
		ORDER BY i.import_id DESC LIMIT 1) || f.source;

-- Where postal files come from, as recard-tracking's configuration names it,
-- and what the last look at it came to.
CREATE TABLE postal_source (
	source text PRIMARY KEY
		CHECK (source ~ '^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$'),
	fetch_key text NOT NULL UNIQUE	-- its name in fetched_file
		GENERATED ALWAYS AS ('tracking.' || source) STORED,
	place text NOT NULL CHECK (place <> ''),	-- for people: host, folder
	working_days boolean NOT NULL,	-- looked at and expected on those only
	look_at time[] NOT NULL,	-- Asia/Taipei; none: time and again
	expect_by time[] NOT NULL,	-- Asia/Taipei; none: nothing is expected
	expected_from timestamptz NOT NULL,	-- since when by these settings
	retired_at timestamptz,		-- no longer configured
	look_began_at timestamptz,
	looked_at timestamptz,	-- began the last look that saw all there was
	failing_since timestamptz,	-- looks have failed
	repeated_name text,	-- the last file whose content was known already
	repeated_at timestamptz,
	calendar_told_at timestamptz,
	CHECK ((repeated_name IS NULL) = (repeated_at IS NULL))
);
-- Each hour by which a file was expected that has come, and the file that
-- was taken for it; NULL: none, or none yet.
CREATE TABLE postal_expectation (
	source text NOT NULL REFERENCES postal_source,
	expected_at timestamptz NOT NULL,
	since timestamptz NOT NULL,	-- files from then on are taken for it
	import_id bigint REFERENCES import,
	exception_id bigint REFERENCES exception,	-- the alarm
	told_at timestamptz,		-- the alarm, last
	PRIMARY KEY (source, expected_at),
	UNIQUE (source, import_id),
	CHECK (since <= expected_at)
);
ALTER TABLE import ADD COLUMN source text REFERENCES postal_source,
	ADD CHECK (source IS NULL OR kind = 'tracking');
CREATE INDEX import_source ON import (source, taken_at)
	WHERE source IS NOT NULL;
CREATE INDEX import_unknown_source ON import (taken_at)
	WHERE source IS NULL AND kind = 'tracking';
ALTER TABLE exception DROP CONSTRAINT exception_kind_check,
	ADD CONSTRAINT exception_kind_check CHECK (kind IN
		('label', 'card', 'batch', 'returned_mail', 'print', 'source'));

-- Letters ------------------------------------------------------------------
