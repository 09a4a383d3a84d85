-- An order's life: the statuses, and the moves between them.
INSERT INTO order_state (status, display, ends) VALUES
	('unpaid', '待繳費', false),
	('paid', '已繳費', false),
	('queued', '等待製卡', false),
	('producing', '製卡中', false),
	('produced', '製卡完成', false),
	('mailed', '郵遞運送中', false),
	('delivered', '已送達', false),
	('returned', '退件處理中', false),
	('activated', '已開卡', true),
	('purged', '已刪除', true),
	('cancelled', '已取消', true),
	('closed', '已結案', true)
ON CONFLICT (status) DO UPDATE
	SET display = excluded.display, ends = excluded.ends;

CREATE TEMPORARY TABLE wanted_move (LIKE order_move) ON COMMIT DROP;
INSERT INTO wanted_move (status, event, next, while_held, notice, note) VALUES
	('unpaid', 'paid', 'paid', true, 'paid', 'a payment settles it'),
	('unpaid', 'expired', 'purged', false, NULL, 'deadline and watermarks passed'),
	('unpaid', 'cancelled', 'cancelled', true, 'cancelled', 'by an operator'),
	('paid', 'queued', 'queued', false, NULL, 'address frozen, card job and label exist'),
	('paid', 'cancelled', 'cancelled', true, 'cancelled', 'by an operator; refund due'),
	('queued', 'batched', 'producing', false, NULL, 'its batch is sealed'),
	('queued', 'cancelled', 'cancelled', true, 'cancelled', 'before its batch is sealed; refund due'),
	('producing', 'made', 'produced', true, 'produced', 'the line made the card'),
	('producing', 'rejected', 'queued', true, NULL, 'rejected or spoiled: next attempt'),
	('produced', 'mailed', 'mailed', true, 'mailed', 'tracking number known'),
	('produced', 'rejected', 'queued', true, NULL, 'spoiled in packing: next attempt'),
	('mailed', 'delivered', 'delivered', true, 'delivered', 'the post says so'),
	('mailed', 'returned', 'returned', true, 'returned', 'came back'),
	('mailed', 'activated', 'activated', true, 'activated', 'the holder has it'),
	('mailed', 'reverted', 'produced', true, NULL, 'the file that said so is taken back'),
	('delivered', 'activated', 'activated', true, 'activated', 'the holder has it'),
	('delivered', 'undelivered', 'mailed', true, NULL, 'the post takes the delivery back'),
	('delivered', 'returned', 'returned', true, 'returned', 'came back'),
	('returned', 'remailed', 'produced', false, NULL, 'send again: new label'),
	('returned', 'delivered', 'delivered', true, 'delivered', 'the post says so'),
	('returned', 'reverted', 'mailed', true, NULL, 'the file that said so is taken back'),
	('returned', 'closed', 'closed', false, 'closed', 'not sent again');
DELETE FROM order_move m WHERE NOT EXISTS
	(SELECT FROM wanted_move w WHERE (w.status, w.event) = (m.status, m.event));
INSERT INTO order_move SELECT * FROM wanted_move
ON CONFLICT (status, event) DO UPDATE
	SET next = excluded.next, while_held = excluded.while_held,
		notice = excluded.notice, note = excluded.note;
