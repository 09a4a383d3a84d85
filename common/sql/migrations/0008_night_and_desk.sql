-- The night that supervises itself, and the operators' desk.

-- The desk --------------------------------------------------------------------

-- What asked otherwise before.
DROP FUNCTION IF EXISTS
	console_act(text, text, bigint, text, timestamptz),
	console_orders(text, text, integer),
	console_overdue(text, integer, timestamptz),
	console_batches(text, text, integer),
	console_label_runs(text, integer),
	console_imports(text, bigint, integer),
	console_audit(text, text, bigint, integer, timestamptz);
