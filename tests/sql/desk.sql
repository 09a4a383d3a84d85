-- The lists of the console: narrowed down by each filter, alone and with
-- others; page by page, none lost or told twice; and never looking further than
-- so many rows at a time.
BEGIN;
\ir steps.psql
SELECT no_plan();

-- The pages of a list of orders, of a row each, up to its end.
CREATE FUNCTION test.paged(of_status text, of_product text, only_held text,
	first_day date, last_day date, older text, at_most integer DEFAULT 1)
RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	found text[] := '{}';
	place text;
	page record;
	rows integer;
BEGIN
	LOOP
		rows := 0;
		FOR page IN SELECT * FROM console_orders(of_status, of_product,
			only_held, first_day, last_day, older, place, at_most)
		LOOP
			rows := rows + 1;
			place := page.key;
			found := found || page.order_no;
		END LOOP;
		EXIT WHEN rows = 0;
	END LOOP;
	RETURN array_remove(found, NULL);
END
$$;
SET LOCAL session_replication_role = replica;
INSERT INTO orders (order_no, applied_at, pay_by, moved_at, status, amount,
	held, product)
SELECT 26110100000000 + n, m, m + interval '48 hours', m, s::order_status, 228,
	n = 2, CASE WHEN n IN (1, 6) THEN 'foreign_resident' ELSE 'moica' END
FROM (VALUES (1, 'mailed', '2026-11-01 10:00+08'),
	-- All of one moment
	(2, 'mailed', '2026-11-01 12:00+08'),
	(3, 'mailed', '2026-11-01 12:00+08'),
	(4, 'mailed', '2026-11-01 12:00+08'),
	(5, 'mailed', '2026-11-02 00:00+08'),
	(6, 'cancelled', '2026-11-01 12:00+08'),
	(7, 'purged', '2026-11-01 12:00+08')) AS v (n, s, at),
	LATERAL (SELECT at::timestamptz AS m) AS m;
INSERT INTO hold (order_no, reason, placed_at, placed_by)
VALUES (26110100000002, 'x', now(), 'mei');

CREATE FUNCTION test.numbers(VARIADIC n integer[]) RETURNS text[]
LANGUAGE sql AS $$
	SELECT array_agg((26110100000000 + i)::text ORDER BY place)
	FROM unnest(n) WITH ORDINALITY AS u (i, place)
$$;
SELECT is(test.paged('mailed', NULL, NULL, NULL, NULL, NULL, size),
	test.numbers(1, 2, 3, 4, 5), 'pages of ' || size)
FROM generate_series(1, 3) AS size;
SELECT is(test.paged(NULL, NULL, NULL, NULL, NULL, NULL),
	test.numbers(7, 6, 5, 4, 3, 2, 1), 'all, the newest first');
SELECT is(test.paged('mailed', 'moica', NULL, NULL, NULL, NULL, 2),
	test.numbers(2, 3, 4, 5), 'of a product');
SELECT is(test.paged(NULL, 'foreign_resident', NULL, NULL, NULL, NULL),
	test.numbers(6, 1), 'of a product, in every status');
SELECT is(test.paged('mailed', NULL, 'yes', NULL, NULL, NULL),
	test.numbers(2), 'held ones');
SELECT is(test.paged(NULL, NULL, 'yes', NULL, NULL, NULL),
	test.numbers(2), 'held ones of every status');
SELECT is(test.paged('mailed', NULL, NULL, NULL, '2026-11-01', NULL),
	test.numbers(1, 2, 3, 4), 'to the end of a day in Taipei');
SELECT is(test.paged('mailed', NULL, NULL, '2026-11-02', NULL, NULL),
	test.numbers(5), 'from its beginning');
SELECT is(test.paged('cancelled', NULL, NULL, '2026-11-02', NULL, NULL), '{}',
	'of those that have ended, the day of the application');
SELECT is(test.paged('cancelled', NULL, NULL, '2026-11-01', '2026-11-01',
	NULL), test.numbers(6), 'which is in the number');
SELECT is((SELECT array_agg(order_no ORDER BY order_no) FROM console_orders(
	'mailed', NULL, NULL, NULL, NULL, '1d', NULL, 51,
	'2026-11-02 11:00+08')), test.numbers(1), 'of an age');
SELECT throws_ok($$SELECT * FROM console_orders('mailed', NULL, NULL, NULL,
	NULL, 'old', NULL, 51)$$, '22007', NULL, 'what is no age');
SELECT throws_ok($$SELECT * FROM console_orders('mailed', NULL, NULL, NULL,
	NULL, NULL, 'x-y', 51)$$, '22P02', NULL, 'or no key, is refused');

-- Of 10,100 that have ended, none is of the product but the oldest.
INSERT INTO orders (order_no, applied_at, pay_by, moved_at, status, amount,
	product)
SELECT 26110300000000 + n, now(), now() + interval '1 day', now(), 'purged',
	228, 'moica'
FROM generate_series(1, 10100) AS n;
SELECT results_eq($$SELECT key, order_no FROM console_orders('purged',
	'foreign_resident', NULL, NULL, NULL, NULL, NULL, 51)$$,
	$$VALUES ('26110300000101', NULL::text)$$,
	'ten thousand are looked at, and the page says up to where');
SELECT is(test.paged('cancelled', 'foreign_resident', NULL, NULL, NULL, NULL),
	test.numbers(6), 'what has an index of its own is not among them');
SELECT is(test.paged(NULL, 'foreign_resident', NULL, NULL, NULL, NULL, 51),
	test.numbers(6, 1), 'page by page they are found');

-- Exceptions, and what can be done about each --------------------------------------

INSERT INTO exception (kind, order_no, subject, reason, opened_at, closed_at,
	closed_by, resolution)
VALUES ('label', 26110100000001, '26110100000001', 'withheld',
		'2026-11-01 10:00+08', NULL, NULL, NULL),
	('batch', NULL, 'CB-20261101-000001', 'ack_missing',
		'2026-11-02 10:00+08', NULL, NULL, NULL),
	('print', NULL, 'LR-20261101-000001', 'lost', '2026-11-02 10:00+08',
		NULL, NULL, NULL),
	('batch', NULL, 'main', 'line_stopped', '2026-11-02 10:00+08', NULL,
		NULL, NULL),
	('label', 26110100000002, '26110100000002', 'withheld',
		'2026-11-02 10:00+08', now(), 'mei', 'done');
SELECT results_eq($$SELECT kind, reason, regexp_replace(ways,
	'exception_close:[0-9]+', 'exception_close:N')
	FROM console_exceptions(NULL, NULL, NULL, NULL, NULL, NULL, NULL, 51)$$,
	$$VALUES ('label', 'withheld', 'label_reprint:26110100000001'),
	('batch', 'ack_missing', 'batch_resend:CB-20261101-000001;'
		'exception_close:N'),
	('print', 'lost', 'print_confirm:LR-20261101-000001;'
		'run_reprint:LR-20261101-000001'),
	('batch', 'line_stopped', 'line_resume:main')$$,
	'open ones, the oldest first, each with its acts');
SELECT is_empty($$SELECT a.act FROM exception_list(NULL, false, 100) AS x,
	regexp_split_to_table(exception_acts(x.kind, x.reason, x.order_no,
		x.subject, x.exception_id), ';') AS w (way),
	LATERAL (SELECT split_part(w.way, ':', 1) AS act) AS a
	WHERE NOT EXISTS (SELECT FROM console_right r WHERE r.act = a.act)$$,
	'all of them acts of the console');
SELECT results_eq($$SELECT reason, resolution, ways FROM console_exceptions(
	NULL, NULL, 'closed', NULL, NULL, NULL, NULL, 51)$$,
	$$VALUES ('withheld', 'done', NULL::text)$$, 'closed ones have none');
SELECT is((SELECT count(*) FROM console_exceptions(v.kind, v.reason, NULL,
	v.first_day::date, v.last_day::date, v.older, NULL, 51,
	'2026-11-03 09:00+08')), v.many, v.what)
FROM (VALUES ('batch', NULL, NULL, NULL, NULL, 2::bigint, 'of a kind'),
	('batch', 'line_stopped', NULL, NULL, NULL, 1, 'of a reason'),
	(NULL, NULL, '2026-11-02', NULL, NULL, 3, 'from a day'),
	(NULL, NULL, NULL, '2026-11-01', NULL, 1, 'to a day'),
	(NULL, NULL, NULL, NULL, '1d', 1, 'of an age'))
	AS v (kind, reason, first_day, last_day, older, many, what);

SELECT finish();
ROLLBACK;
