-- What an operator can pause: each program, and those of its works that claim
-- something or act outside. What tells of trouble, and what takes in payment
-- notices, is never paused.
INSERT INTO stage (stage, about) VALUES
	('payment', 'all of recard-payment but taking notices in'),
	('payment.notices', 'booking payment notices'),
	('payment.questions', 'asking payment services'),
	('payment.fetch', 'fetching settlement files'),
	('payment.settlement', 'booking settlement files'),
	('purge', 'all of recard-purge but its alarms'),
	('purge.purge', 'deleting unpaid orders'),
	('purge.reminder', 'reminding payers'),
	('manufacture', 'all of recard-manufacture but its alarms'),
	('manufacture.fetch', 'fetching the lines'' files'),
	('manufacture.line_files', 'booking the lines'' files'),
	('manufacture.freeze', 'freezing and queueing paid orders'),
	('manufacture.corrections', 'freezing corrected addresses'),
	('manufacture.handover', 'cutting, sealing and handing over batches'),
	('label', 'all of recard-label'),
	('label.run', 'cutting and rendering label runs'),
	('label.print', 'sending runs to printers'),
	('label.posting_list', 'cutting posting lists'),
	('tracking', 'all of recard-tracking but its alarms'),
	('tracking.fetch', 'fetching postal files'),
	('tracking.postal_files', 'booking postal files'),
	('notify', 'all of recard-notify'),
	('notify.mail', 'sending mail'),
	('notify.bounces', 'booking mail that came back')
ON CONFLICT (stage) DO UPDATE SET about = excluded.about
	WHERE stage.about <> excluded.about;
INSERT INTO counter (name, value) VALUES ('stage_change', 0)
ON CONFLICT DO NOTHING;
