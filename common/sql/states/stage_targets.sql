-- How long the oldest order of a status may stand there. Rows that are there
-- stay as the operator left them.
INSERT INTO stage_target (status, target) VALUES
	('unpaid', '5 days'), ('paid', '1 hour'), ('queued', '2 days'),
	('producing', '5 days'), ('produced', '2 days'),
	('mailed', '14 days'), ('returned', '7 days')
ON CONFLICT DO NOTHING;
