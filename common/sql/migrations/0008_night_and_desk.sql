-- The night that supervises itself, and the operators' desk.

-- Watching the belt -----------------------------------------------------------

-- What doctor() asks for at each look.
CREATE INDEX import_rejected ON import (taken_at) WHERE outcome = 'rejected';
DROP FUNCTION IF EXISTS doctor_belt(timestamptz);

-- The desk --------------------------------------------------------------------

-- Forms of the console by which something was done: each is done once.
CREATE TABLE console_form (
	form text PRIMARY KEY CHECK (form ~ '^[0-9a-f]{32}$'),
	done_at timestamptz NOT NULL
);

-- What asked otherwise before.
DROP FUNCTION IF EXISTS
	console_act(text, text, bigint, text, timestamptz),
	console_orders(text, text, integer),
	console_overdue(text, integer, timestamptz),
	console_batches(text, text, integer),
	console_label_runs(text, integer),
	console_imports(text, bigint, integer),
	console_audit(text, text, bigint, integer, timestamptz);

-- Lists that are paged and filtered: their functions take more than before.
DROP FUNCTION IF EXISTS
	order_list(text, integer, bigint),
	payment_worklist(text, text, integer, timestamptz),
	payment_refunds(text),
	batch_list(text, text, text, date, date, integer),
	label_run_list(date, date, boolean, integer),
	import_list(text, integer),
	mail_overdue(integer, timestamptz),
	decision_list(boolean, integer),
	exception_list(text, boolean, integer, timestamptz),
	claim_list(boolean, integer);

-- The ledger only grows, in this order: a month of it is found by a handful of
-- pages, and a payment costs nothing more.
CREATE INDEX payment_booked ON payment USING brin (booked_at)
	WITH (pages_per_range = 32, autosummarize = on);
-- References that came with several contents are few, and every list of
-- payments asks for them.
CREATE INDEX payment_differs ON payment (channel, reference, kind)
	WHERE variant = 1;
