-- What each role may do on the console. Anybody at the desk stops what goes
-- wrong; what starts a stopped line or stage again is a supervisor's.
CREATE TEMPORARY TABLE wanted_right (LIKE console_right) ON COMMIT DROP;
INSERT INTO wanted_right (act, role)
SELECT act, unnest(roles) FROM (VALUES
	('view', '{viewer,operator,supervisor,auditor}'::text[]),
	('search', '{viewer,operator,supervisor,auditor}'),
	('audit', '{supervisor,auditor}'),
	('reveal', '{operator,supervisor}'),
	('request_reveal', '{operator,supervisor}'),
	('hold', '{operator,supervisor}'),
	('release', '{operator,supervisor}'),
	('cancel', '{operator,supervisor}'),
	('retry', '{operator,supervisor}'),
	('remail', '{operator,supervisor}'),
	('correct_address', '{operator,supervisor}'),
	('close', '{operator,supervisor}'),
	('unlock', '{operator,supervisor}'),
	('label_reprint', '{operator,supervisor}'),
	('label_void', '{operator,supervisor}'),
	('label_preview', '{operator,supervisor}'),
	('sheet_preview', '{operator,supervisor}'),
	('claim_open', '{operator,supervisor}'),
	('claim_note', '{operator,supervisor}'),
	('claim_close', '{operator,supervisor}'),
	('exception_close', '{operator,supervisor}'),
	('payment_refund_due', '{operator,supervisor}'),
	('payment_refunded', '{operator,supervisor}'),
	('payment_matched', '{operator,supervisor}'),
	('batch_hold', '{operator,supervisor}'),
	('batch_release', '{operator,supervisor}'),
	('batch_resend', '{operator,supervisor}'),
	('batch_abandon', '{operator,supervisor}'),
	('batch_cut', '{operator,supervisor}'),
	('stock_counted', '{operator,supervisor}'),
	('stock_delivered', '{operator,supervisor}'),
	('line_resume', '{supervisor}'),
	('run_reprint', '{operator,supervisor}'),
	('print_confirm', '{operator,supervisor}'),
	('revert_import', '{operator,supervisor}'),
	('approve', '{supervisor}'),
	('decline', '{operator,supervisor}'),
	('pause', '{operator,supervisor}'),
	('resume', '{supervisor}')) AS a (act, roles);
DELETE FROM console_right r WHERE NOT EXISTS (SELECT FROM wanted_right w
	WHERE (w.act, w.role) = (r.act, r.role));
INSERT INTO console_right SELECT * FROM wanted_right ON CONFLICT DO NOTHING;
