-- What each role may do on the console.
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
	('close', '{operator,supervisor}'),
	('claim_open', '{operator,supervisor}'),
	('claim_note', '{operator,supervisor}'),
	('claim_close', '{operator,supervisor}'),
	('exception_close', '{operator,supervisor}'),
	('approve', '{supervisor}'),
	('decline', '{operator,supervisor}')) AS a (act, roles);
DELETE FROM console_right r WHERE NOT EXISTS (SELECT FROM wanted_right w
	WHERE (w.act, w.role) = (r.act, r.role));
INSERT INTO console_right SELECT * FROM wanted_right ON CONFLICT DO NOTHING;
