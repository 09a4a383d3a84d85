-- Shows that orders move along the listed moves and no others: every status
-- is tried with every event, free and held. The list is written out here a
-- second time, with what each move does.
BEGIN;
\ir steps.psql
SELECT no_plan();

CREATE TABLE test.listed (status text, event text, next text,
	while_held boolean, notice text, PRIMARY KEY (status, event));
INSERT INTO test.listed VALUES
	('unpaid', 'paid', 'paid', true, 'paid'),
	('unpaid', 'expired', 'purged', false, NULL),
	('unpaid', 'cancelled', 'cancelled', true, 'cancelled'),
	('paid', 'queued', 'queued', false, NULL),
	('paid', 'cancelled', 'cancelled', true, 'cancelled'),
	('queued', 'batched', 'producing', false, NULL),
	('queued', 'cancelled', 'cancelled', true, 'cancelled'),
	('producing', 'made', 'produced', true, 'produced'),
	('producing', 'rejected', 'queued', true, NULL),
	('produced', 'mailed', 'mailed', true, 'mailed'),
	('produced', 'rejected', 'queued', true, NULL),
	('mailed', 'delivered', 'delivered', true, 'delivered'),
	('mailed', 'returned', 'returned', true, 'returned'),
	('mailed', 'activated', 'activated', true, 'activated'),
	('mailed', 'reverted', 'produced', true, NULL),
	('delivered', 'activated', 'activated', true, 'activated'),
	('delivered', 'undelivered', 'mailed', true, NULL),
	('delivered', 'returned', 'returned', true, 'returned'),
	('returned', 'remailed', 'produced', false, NULL),
	('returned', 'delivered', 'delivered', true, 'delivered'),
	('returned', 'reverted', 'mailed', true, NULL),
	('returned', 'closed', 'closed', false, 'closed');
SELECT set_eq('SELECT status::text, event, next::text, while_held, notice
		FROM order_move',
	'SELECT status, event, next, while_held, notice FROM test.listed',
	'the table of moves is the listed one');
SELECT set_eq('SELECT status::text, display, ends FROM order_state',
	$$VALUES ('unpaid', '待繳費', false), ('paid', '已繳費', false),
	('queued', '等待製卡', false), ('producing', '製卡中', false),
	('produced', '製卡完成', false), ('mailed', '郵遞運送中', false),
	('delivered', '已送達', false), ('returned', '退件處理中', false),
	('activated', '已開卡', true), ('purged', '已刪除', true),
	('cancelled', '已取消', true), ('closed', '已結案', true)$$,
	'statuses, their names, and which of them are ends');
SELECT bag_eq('SELECT status::text FROM order_state',
	'SELECT unnest(enum_range(NULL::order_status))::text',
	'no status is without a row');

-- One order in each status, walked there by moves alone.
CREATE TABLE test.standing (status text PRIMARY KEY, order_no bigint);
INSERT INTO test.standing
SELECT way.status, test.apply(way.place)
FROM (VALUES (1, 'unpaid'), (2, 'paid'), (3, 'queued'), (4, 'producing'),
	(5, 'produced'), (6, 'mailed'), (7, 'delivered'), (8, 'returned'),
	(9, 'activated'), (10, 'purged'), (11, 'cancelled'), (12, 'closed'))
	AS way (place, status);
SELECT advance(ARRAY[order_no], event, 'test')
FROM (VALUES ('paid', '{paid}'::text[]), ('queued', '{paid,queued}'),
	('producing', '{paid,queued,batched}'),
	('produced', '{paid,queued,batched,made}'),
	('mailed', '{paid,queued,batched,made,mailed}'),
	('delivered', '{paid,queued,batched,made,mailed,delivered}'),
	('returned', '{paid,queued,batched,made,mailed,returned}'),
	('activated', '{paid,queued,batched,made,mailed,activated}'),
	('purged', '{expired}'), ('cancelled', '{cancelled}'),
	('closed', '{paid,queued,batched,made,mailed,returned,closed}'))
	AS way (status, events)
JOIN test.standing USING (status), unnest(events) WITH ORDINALITY AS e (event, n)
ORDER BY status, n \g /dev/null
SELECT bag_eq('SELECT s.status, o.status::text AS real FROM test.standing s
		JOIN orders o USING (order_no)',
	'SELECT status::text, status::text AS real FROM order_state',
	'an order stands in each status');

-- Tries one move and takes it back.
-- Returns: next status, moves made, new rows of history with their content,
-- new notices; or the refusal, and whether anything changed.
CREATE FUNCTION test.try(of_order bigint, event text, hold_it boolean)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	before orders;
	after orders;
	said text;
	saw text;
BEGIN
	BEGIN
		UPDATE orders SET held = hold_it WHERE order_no = of_order
			RETURNING * INTO before;
		BEGIN
			PERFORM advance(ARRAY[of_order], try.event, 'tester',
				'{"k": 1}', '2026-01-02T03:04:05Z');
		EXCEPTION WHEN SQLSTATE 'RC020' THEN
			said := 'refused: ' || SQLERRM;
		END;
		SELECT * INTO after FROM orders WHERE order_no = of_order;
		IF said IS NULL THEN
			SELECT format('%s %s [%s] [%s]', after.status,
				after.moves - before.moves,
				(SELECT string_agg(concat_ws(' ', h.event,
					h.from_status, h.to_status, h.actor,
					h.detail, h.at AT TIME ZONE 'UTC'), '; ')
				FROM order_history h WHERE h.order_no = of_order
					AND h.move_no > before.moves),
				(SELECT string_agg(n.kind, '; ') FROM notice n
				WHERE n.order_no = of_order
					AND n.move_no > before.moves))
				INTO saw;
		ELSE
			saw := said || CASE WHEN before IS DISTINCT FROM after
				OR EXISTS (SELECT FROM order_history h
					WHERE h.order_no = of_order
					AND h.move_no > before.moves)
				THEN ' but something changed' ELSE '' END;
		END IF;
		RAISE EXCEPTION USING ERRCODE = 'TRYME';
	EXCEPTION WHEN SQLSTATE 'TRYME' THEN
		RETURN saw;
	END;
END
$$;

SELECT is(test.try(s.order_no, e.event, h.held), CASE
	WHEN l.next IS NOT NULL AND (l.while_held OR NOT h.held) THEN
		format('%s 1 [%s %s %s tester {"k": 1} 2026-01-02 03:04:05] [%s]',
			l.next, e.event, s.status, l.next, l.notice)
	WHEN h.held THEN format('refused: order %s: is held in status %s: '
		'%s must wait for its release', order_text(s.order_no),
		s.status, e.event)
	ELSE format('refused: order %s: %s is not allowed in status %s',
		order_text(s.order_no), e.event, s.status) END,
	format('%s%s: %s%s', CASE WHEN h.held THEN 'held ' ELSE '' END,
		s.status, e.event, CASE WHEN l.next IS NULL OR h.held
			AND NOT l.while_held THEN ' is refused' ELSE '' END))
FROM (VALUES (false), (true)) AS h (held), test.standing s
CROSS JOIN (SELECT DISTINCT event FROM test.listed
	UNION VALUES ('applied'), ('nonsense')) AS e
LEFT JOIN test.listed l USING (status, event)
ORDER BY h.held, s.status, e.event;

-- All or nothing.
SELECT is(test.attempt(format('SELECT advance(%L, ''paid'', ''t'')',
	ARRAY[u.order_no, p.order_no])), format('RC020 order %s: paid is not '
	'allowed in status paid', order_text(p.order_no)),
	'one order that may not move stops the whole call')
FROM test.standing u, test.standing p
WHERE u.status = 'unpaid' AND p.status = 'paid';
SELECT is(test.status(order_no), 'unpaid', 'and the other one stays')
FROM test.standing WHERE status = 'unpaid';
SELECT is(test.attempt(
	'SELECT advance(''{99999999999990}'', ''paid'', ''t'')'),
	'RC020 order 99999999999990: no such order, or named twice',
	'an order that is not there');
SELECT matches(test.attempt(format('SELECT advance(%L, ''paid'', ''t'')',
	ARRAY[order_no, order_no])), '^RC020 .*named twice',
	'an order that is named twice')
FROM test.standing WHERE status = 'unpaid';
SELECT is(advance('{}', 'paid', 't'), 0, 'no orders, no moves');
SELECT is(advance(ARRAY[test.apply(21), test.apply(22)], 'paid', 't'), 2,
	'a set of orders moves in one call');

SELECT bag_eq('SELECT s.status FROM test.standing s
		JOIN applicant a USING (order_no) WHERE NOT a.open',
	$$VALUES ('activated'), ('cancelled'), ('closed')$$,
	'a card is free for a new order when its order has ended');

SELECT * FROM finish();
ROLLBACK;
