-- Labels: runs by area and by sheets, their way through a printer, whole
-- pages and runs printed again, cards and labels checked against each other
-- as they are packed; posting lists by area, as forms too.

-- Functions whose parameters or results are others now.
DROP FUNCTION IF EXISTS
	cut_label_run(integer, integer, interval, text, integer, text,
		timestamptz),
	claim_label_run(), label_run_content(text),
	cut_posting_list(integer, integer, interval, text, timestamptz),
	claim_posting_list(), posting_list_content(text),
	seal_posting_list(text, integer, text, integer, text, timestamptz);

-- NULL: of before areas and sheets were told apart.
ALTER TABLE label_run
	ADD COLUMN area text CHECK (area IN ('local', 'out_of_town')),
	ADD COLUMN cells integer CHECK (cells > 0),	-- on a sheet
	ADD COLUMN format text NOT NULL DEFAULT 'pdf'
		CHECK (format IN ('pdf', 'zpl')),
	ADD COLUMN printer text,	-- NULL: the file in the folder is all
	ADD CHECK (start_cell <= cells);
ALTER TABLE posting_list
	ADD COLUMN area text CHECK (area IN ('local', 'out_of_town')),
	ADD COLUMN form_digest text CHECK (form_digest ~ '^[0-9a-f]{64}$'),
	ADD CHECK (sealed_at IS NOT NULL OR form_digest IS NULL);

-- A mail number that was allotted before the letter is posted: 6 digits of a
-- series that the office gave, 6 of the office, 2 of the kind.
ALTER TABLE label ADD COLUMN mail_no text CHECK (mail_no ~ '^[0-9]{14}$');
CREATE UNIQUE INDEX label_mail_no ON label (mail_no)
	WHERE mail_no IS NOT NULL;

-- A run on its way through a printer. The run's number is the job's name
-- there, by which a job whose answer was lost is found again.
CREATE TABLE print_job (
	run_no text PRIMARY KEY REFERENCES label_run,
	printer text NOT NULL,
	state text NOT NULL DEFAULT 'waiting' CHECK (state IN
		-- sending: whether it arrived is not known yet
		('waiting', 'sending', 'pending', 'held', 'processing',
		'stopped', 'sent', 'unknown', 'cancelled', 'failed', 'printed',
		'replaced')),
	epoch integer NOT NULL DEFAULT 0,
	printer_job integer CHECK (printer_job > 0),
	says text NOT NULL DEFAULT '',	-- the printer's keywords
	created_at timestamptz NOT NULL,
	look_at timestamptz,		-- next; NULL: when somebody decides
	sent_at timestamptz,		-- first tried
	tries integer NOT NULL DEFAULT 0,
	ended_at timestamptz,
	ended_by text,
	CHECK ((ended_at IS NOT NULL) = (state IN ('printed', 'replaced'))),
	CHECK (ended_at IS NULL OR look_at IS NULL)
);
CREATE INDEX print_job_open ON print_job (look_at)
	WHERE look_at IS NOT NULL;

ALTER TABLE exception DROP CONSTRAINT exception_kind_check,
	ADD CONSTRAINT exception_kind_check CHECK (kind IN
		('label', 'card', 'batch', 'returned_mail', 'print'));

-- Cards and labels that were held against each other at the packing table,
-- and what came of it. No row for what is no order of ours.
CREATE TABLE packing (
	packing_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at timestamptz NOT NULL,
	actor text NOT NULL CHECK (actor <> ''),
	order_no bigint NOT NULL REFERENCES orders,
	outcome text NOT NULL,		-- packed, or why not
	label_no bigint REFERENCES label,
	job_no bigint REFERENCES card_job,
	CHECK (outcome <> 'packed'
		OR (label_no IS NOT NULL AND job_no IS NOT NULL))
);
CREATE UNIQUE INDEX packed_label ON packing (label_no)
	WHERE outcome = 'packed';
CREATE INDEX packing_order ON packing (order_no);
