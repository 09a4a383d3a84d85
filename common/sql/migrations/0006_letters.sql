-- The post, the rest: ZIP archives, sources that are expected at their hour,
-- letters that are sent again to another address.

-- Archives -----------------------------------------------------------------

-- A file that stood in an archive; its name is the archive's, a slash, and its
-- own. The archive has no rows itself.
ALTER TABLE import ADD COLUMN archive_id bigint REFERENCES import,
	ADD CHECK (archive_id < import_id),
	ADD CHECK (archive_id IS NULL OR outcome = 'done');
CREATE INDEX import_archive ON import (archive_id)
	WHERE archive_id IS NOT NULL;
DROP FUNCTION IF EXISTS import_list(text, integer);

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

-- Letters ------------------------------------------------------------------

-- A letter stands on a label of its order, and labels are never deleted and
-- never change hands: see foundation_laid(), which costs a million letters
-- what three foreign keys cost a tenth of them. One index finds a letter by
-- order and by label, one by number, with or without its day.
ALTER TABLE mail_item DROP CONSTRAINT mail_item_order_no_fkey,
	DROP CONSTRAINT mail_item_label_no_fkey,
	DROP CONSTRAINT mail_item_import_id_fkey,
	DROP CONSTRAINT mail_item_label_no_key;
DROP INDEX mail_item_letter, mail_item_order, mail_item_number,
	mail_item_import;
CREATE UNIQUE INDEX mail_item_label ON mail_item (order_no, label_no);
CREATE UNIQUE INDEX mail_item_letter
	ON mail_item (left(tracking_no, 14), posted_on);
-- A file's letters lie together.
CREATE INDEX mail_item_import ON mail_item USING brin (import_id)
	WITH (pages_per_range = 16);

-- advance() writes notices of orders that it has just moved: those that others
-- write are looked at by foundation_laid().
ALTER TABLE notice DROP CONSTRAINT notice_order_no_fkey;

-- The reader has checked the order's number.
ALTER TABLE tracking_staging DROP COLUMN order_ref,
	ADD COLUMN order_no bigint,
	ADD CHECK (num_nonnulls(order_no, event) = 1);

-- Where a letter that came back goes next: an exception to the freeze that two
-- people decide. What the applicant filled in stays as it was, and so does the
-- former digest; recard-manufacture freezes the new address, since it has the
-- key. digest is NULL when an earlier version has that very address.
CREATE TABLE address_correction (
	order_no bigint NOT NULL REFERENCES orders,
	version integer NOT NULL CHECK (version > 1),
	decision_no bigint NOT NULL UNIQUE REFERENCES decision,
	postal_code text NOT NULL
		CHECK (postal_code ~ '^[0-9]{3}([0-9]{2,3})?$'),
	address text NOT NULL CHECK (address <> '' AND length(address) <= 120
		AND address !~ U&'[\0001-\001F\007F-\009F\00AD\061C\180E\200B-\200F\2028-\202E\2060-\2069\FEFF\FFF9-\FFFB]'),
	digest bytea CHECK (octet_length(digest) = 32),
	outcome text CHECK (outcome IN ('frozen', 'too_late')),
	ended_at timestamptz,
	PRIMARY KEY (order_no, version),
	CHECK ((outcome IS NULL) = (ended_at IS NULL)),
	CHECK (digest IS NULL OR outcome = 'frozen')
);
CREATE UNIQUE INDEX address_correction_digest
	ON address_correction (order_no, digest);
CREATE INDEX address_correction_due ON address_correction (order_no)
	WHERE outcome IS NULL;
CREATE UNIQUE INDEX address_freeze_again ON address_freeze (order_no, version)
	WHERE version > 1;
ALTER TABLE decision DROP CONSTRAINT decision_act_check,
	ADD CONSTRAINT decision_act_check CHECK (act IN ('retry_card',
		'abandon_batch', 'revert_import', 'correct_address'));
DROP FUNCTION IF EXISTS
	replace_labels(bigint[], text, text, text, timestamptz);

-- A file of events that was taken back, and what it had said.
CREATE TABLE mail_event_reverted (LIKE mail_event,
	reverted_at timestamptz NOT NULL,
	PRIMARY KEY (import_id, line),
	FOREIGN KEY (import_id) REFERENCES import);
CREATE INDEX mail_event_import ON mail_event USING brin (import_id)
	WITH (pages_per_range = 16);
DROP FUNCTION IF EXISTS letter_reverted() CASCADE;

-- Numbers in conflict wait for somebody, and so do files that have not come.
ALTER TABLE exception DROP CONSTRAINT exception_kind_check,
	ADD CONSTRAINT exception_kind_check CHECK (kind IN ('label', 'card',
		'batch', 'returned_mail', 'print', 'mail_number', 'source'));
