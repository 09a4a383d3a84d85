-- The post: events of letters from its files, the date promised to the
-- holder, calendars that are revised, claims with their evidence.

DROP FUNCTION IF EXISTS
	book_mail_event(date, text, text, timestamptz, text, text, timestamptz);

-- The first 14 digits of 20 are the letter's number, so that both forms name
-- one letter.
ALTER TABLE mail_item DROP CONSTRAINT mail_item_posted_on_tracking_no_key;
CREATE UNIQUE INDEX mail_item_letter
	ON mail_item (posted_on, left(tracking_no, 14));
-- NULL: posted before dates were promised.
ALTER TABLE mail_item ADD COLUMN promised_on date
	CHECK (promised_on > posted_on);

-- Why a delivery failed; see undelivered_reason().
ALTER TABLE mail_event ADD COLUMN reason text;

ALTER TABLE tracking_staging ALTER COLUMN order_ref DROP NOT NULL,
	ADD COLUMN event text,
	ADD COLUMN event_at timestamptz,
	ADD COLUMN office text,
	ADD COLUMN reason text,
	ADD CHECK (num_nonnulls(order_ref, event) = 1),
	ADD CHECK ((event IS NULL) = (event_at IS NULL));

-- Each official calendar that was imported; the last version of a year is in
-- calendar_day.
CREATE TABLE calendar_version (
	year integer NOT NULL REFERENCES calendar_year,
	version integer NOT NULL CHECK (version > 0),
	source text NOT NULL,
	digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
	changed integer NOT NULL CHECK (changed >= 0),	-- days
	imported_at timestamptz NOT NULL,
	imported_by text NOT NULL CHECK (imported_by <> ''),
	PRIMARY KEY (year, version)
);

-- A file of numbers that was taken back as a whole, and what it had said.
ALTER TABLE import ADD COLUMN reverted_at timestamptz,
	ADD COLUMN reverted_by text,
	ADD CHECK ((reverted_at IS NULL) = (reverted_by IS NULL)),
	ADD CHECK (reverted_at IS NULL OR outcome = 'done');
CREATE TABLE mail_item_reverted (LIKE mail_item,
	reverted_at timestamptz NOT NULL,
	PRIMARY KEY (mail_item_id),
	FOREIGN KEY (import_id) REFERENCES import,
	FOREIGN KEY (order_no) REFERENCES orders);
ALTER TABLE decision DROP CONSTRAINT decision_act_check,
	ADD CONSTRAINT decision_act_check CHECK (act IN
		('retry_card', 'abandon_batch', 'revert_import'));
CREATE INDEX mail_item_import ON mail_item (import_id);
