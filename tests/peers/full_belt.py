"""A belt with as many orders as one wants, in every status, with their
payments, cards, labels, letters, events, moves, files and trouble: what a desk
looks at after some years. Made by sets, without the steps that lead there."""

# Of a hundred orders, up to which number they stand where.
SHARES = (("unpaid", 8), ("paid", 10), ("queued", 15), ("producing", 20),
          ("produced", 23), ("mailed", 35), ("delivered", 50),
          ("returned", 51), ("activated", 91), ("purged", 98),
          ("cancelled", 99), ("closed", 100))

STATEMENTS = """
SET LOCAL session_replication_role = replica;
SET LOCAL synchronous_commit = off;
SET LOCAL work_mem = '256MB';
SELECT setseed(0.5);
CREATE TEMPORARY TABLE belt ON COMMIT DROP AS
SELECT n, applied_at, status, status NOT IN ('unpaid', 'purged', 'cancelled')
		AS paid,
	status IN ('producing', 'produced', 'mailed', 'delivered', 'returned',
		'activated', 'closed') AS made,
	status IN ('mailed', 'delivered', 'returned', 'activated', 'closed')
		AS posted,
	to_char(applied_at AT TIME ZONE 'Asia/Taipei', 'YYMMDD')::bigint
		* 100000000 + n * 10 AS order_no,
	n %% 50 = 0 AS foreign_resident
FROM (SELECT n, (CASE {shares} END)::order_status AS status,
	now() - interval '1 hour' - (%(orders)s - n)
		* (interval '365 days' / %(orders)s) AS applied_at
	FROM generate_series(1, %(orders)s) AS n) AS n;
CREATE UNIQUE INDEX ON belt (n);
ANALYZE belt;
INSERT INTO orders (order_no, applied_at, pay_by, moved_at, status, moves,
	amount, held, product)
SELECT order_no, applied_at, applied_at + interval '48 hours',
	applied_at + interval '30 minutes', status, 3, 228,
	n %% 500 = 3 AND status NOT IN ('activated', 'purged', 'cancelled',
		'closed'), 'moica'
FROM belt;
UPDATE orders SET product = 'foreign_resident' WHERE order_no IN (SELECT order_no FROM belt
	WHERE foreign_resident);
INSERT INTO hold (order_no, reason, placed_at, placed_by)
SELECT order_no, 'name disputed', moved_at, 'mei' FROM orders WHERE held;
INSERT INTO applicant (order_no, open, card_no, holder_hash, name,
	postal_code, address, phone, email)
SELECT order_no, status NOT IN ('activated', 'purged', 'cancelled', 'closed'),
	'TA' || lpad(n::text, 14, '0'), sha256(int8send(n)), '王小明', '100006',
	'臺北市中正區重慶南路一段一百二十二號', '0912345678', 'a@example.tw'
FROM belt WHERE status <> 'purged';
INSERT INTO order_history (order_no, move_no, at, event, from_status,
	to_status, actor)
SELECT order_no, m, applied_at + m * interval '10 minutes',
	CASE m WHEN 0 THEN 'applied' ELSE 'paid' END,
	(CASE m WHEN 0 THEN NULL ELSE 'unpaid' END)::order_status,
	CASE m WHEN 3 THEN status ELSE 'unpaid' END, 'test'
FROM belt, generate_series(0, 3) AS m;
INSERT INTO import (kind, name, digest, size, taken_at, actor, outcome, rows,
	applied, reason)
SELECT (ARRAY['settlement', 'card_ack', 'card_result', 'tracking'])[1 + n %% 4],
	'file-' || n || '.csv', encode(sha256(int8send(n)), 'hex'), 1000,
	now() - (%(orders)s / 50 - n) * interval '10 minutes', 'test',
	CASE WHEN n %% 100 = 0 THEN 'rejected' ELSE 'done' END, 50, 50,
	CASE WHEN n %% 100 = 0 THEN 'bad_trailer' END
FROM generate_series(1, %(orders)s / 50) AS n;
INSERT INTO import_reject (import_id, line, code, text)
SELECT import_id, 7, 'unknown_order', 'x' FROM import WHERE import_id %% 9 = 0;
INSERT INTO payment (channel, reference, kind, order_ref, amount, currency,
	paid_at, source, import_id, line, booked_at)
SELECT CASE n %% 3 WHEN 0 THEN 'credit' ELSE 'atm' END, 'ref-' || n, 'paid',
	order_text(order_no), 228, 'TWD', applied_at, 'settlement', 1, n,
	applied_at
FROM belt WHERE paid OR n %% 50 = 7;
INSERT INTO settled_payment (order_no, payment_id, settled_at)
SELECT b.order_no, p.payment_id, p.booked_at
FROM belt b JOIN payment p ON p.reference = 'ref-' || b.n WHERE b.paid;
INSERT INTO payment_exception (payment_id, order_no, reason, state, opened_at,
	closed_at, closed_by, note, refund_reference)
SELECT p.payment_id, b.order_no, (ARRAY['short', 'over', 'unknown_order',
		'purged_order'])[1 + b.n %% 4],
	CASE WHEN b.n %% 100 = 7 THEN 'open' ELSE 'refunded' END, p.booked_at,
	CASE WHEN b.n %% 100 <> 7 THEN p.booked_at END,
	CASE WHEN b.n %% 100 <> 7 THEN 'mei' END, 'paid twice',
	CASE WHEN b.n %% 100 <> 7 THEN 'R-1' END
FROM belt b JOIN payment p ON p.reference = 'ref-' || b.n WHERE b.n %% 50 = 7;
INSERT INTO card_line (line, series) VALUES ('main', 0) ON CONFLICT DO NOTHING;
INSERT INTO card_batch (batch_no, sequence, product, state, cards, valid_from,
	valid_to, created_at, sealed_at, published_at, acked_at, file_digest,
	content_digest, hash_total, line, cut_by, cause, chain_digest, signer,
	previous_no)
SELECT b.batch_no, n, 'moica', CASE WHEN n > last - 20 THEN 'published'
		ELSE 'accepted' END, 2000, current_date, current_date + 3650,
	created_at, now(), now(), now(), encode(sha256(int8send(n)), 'hex'),
	repeat('ab', 32), '1', 'main', 'test', 'hand', repeat('ab', 32), 'us',
	lag(b.batch_no) OVER (ORDER BY n)
FROM (SELECT n, last, created_at, 'CB-' || to_char(created_at
			AT TIME ZONE 'Asia/Taipei', 'YYYYMMDD') || '-'
			|| lpad(n::text, 6, '0') AS batch_no
	FROM (SELECT greatest(1, %(orders)s / 2000) AS last) AS l,
	LATERAL (SELECT n, now() - (l.last - n) * interval '1 hour' AS created_at
		FROM generate_series(1, l.last) AS n) AS n) AS b;
INSERT INTO card_job (order_no, attempt, state, reason, address_digest,
	queued_at, new_card_no, certificate_serial, not_after, made_at)
SELECT order_no, 1, (CASE WHEN status = 'queued' THEN 'queued'
		WHEN status = 'producing' THEN 'batched' ELSE 'made' END)
		::job_state, 'NEW', '\\xab', applied_at,
	CASE WHEN ready THEN 'TB' || lpad(n::text, 14, '0') END,
	CASE WHEN ready THEN n::text END,
	CASE WHEN ready THEN current_date + 1800 END,
	CASE WHEN ready THEN applied_at + interval '1 day' END
FROM (SELECT *, made AND status <> 'producing' AS ready FROM belt) AS b
WHERE made OR status = 'queued' ORDER BY n;
INSERT INTO card_batch_line (batch_no, line, job_no)
SELECT c.batch_no, 1 + j.place %% 2000, j.job_no FROM (SELECT job_no,
		row_number() OVER (ORDER BY job_no) - 1 AS place
	FROM card_job WHERE state <> 'queued') AS j
JOIN card_batch c ON c.sequence = 1 + j.place / 2000;
INSERT INTO label_run (run_no, sequence, layout, start_cell, state, labels,
	sheets, created_at, published_at, sealed_at, digest, area, cells, format)
SELECT 'LR-' || to_char((now() - (b.last - n) * interval '30 minutes')
		AT TIME ZONE 'Asia/Taipei', 'YYYYMMDD') || '-'
		|| lpad(n::text, 6, '0'), n, 'a4', 1, 'published', 420, 20,
	now() - (b.last - n) * interval '30 minutes', now(), now(),
	repeat('ab', 32), 'out_of_town', 21, 'pdf'
FROM (SELECT greatest(1, %(orders)s / 420) AS last) AS b,
	generate_series(1, b.last) AS n;
INSERT INTO label (order_no, copy_no, state, address_digest, run_no, place,
	created_at, printed_at)
SELECT b.order_no, 1, 'printed', '\\xab', r.run_no, 1 + (b.place - 1) %% 420,
	b.applied_at, b.applied_at
FROM (SELECT *, row_number() OVER (ORDER BY n) AS place FROM belt
	WHERE made OR status = 'queued') AS b
JOIN label_run r ON r.sequence = 1 + (b.place - 1) / 420;
INSERT INTO mail_item (order_no, label_no, posted_on, tracking_no, import_id,
	line, booked_at, promised_on)
SELECT b.order_no, l.label_no, (b.applied_at + interval '2 days')::date,
	lpad(b.n::text, 14, '0') || '360000', 4, b.n, b.applied_at,
	CASE WHEN b.status <> 'mailed' OR b.n %% 20 = 4 THEN (b.applied_at
		+ interval '12 days')::date ELSE current_date + 5 END
FROM belt b JOIN label l USING (order_no) WHERE b.posted;
INSERT INTO mail_event (mail_item_id, at, code, booked_at)
SELECT mail_item_id, booked_at + e * interval '1 day', 'Z' || e, booked_at
FROM mail_item, generate_series(1, 2) AS e;
INSERT INTO exception (kind, order_no, subject, reason, opened_at, closed_at,
	closed_by, resolution)
SELECT CASE WHEN status = 'returned' THEN 'returned_mail' ELSE 'label' END,
	order_no, order_text(order_no), CASE WHEN status = 'returned'
		THEN 'refused' ELSE 'withheld' END, applied_at,
	CASE WHEN n %% 3 = 0 THEN now() END, CASE WHEN n %% 3 = 0 THEN 'mei' END,
	CASE WHEN n %% 3 = 0 THEN 'done' END
FROM belt WHERE status = 'returned' OR n %% 50 = 21;
INSERT INTO claim (order_no, opened_at, opened_by, reason, closed_at,
	closed_by, outcome)
SELECT order_no, applied_at, 'mei', 'no card', CASE WHEN n %% 300 > 100
		THEN now() END, CASE WHEN n %% 300 > 100 THEN 'mei' END,
	CASE WHEN n %% 300 > 100 THEN 'found' END
FROM belt WHERE status = 'delivered' AND n %% 100 = 36;
INSERT INTO decision (act, subject, requested_at, requested_by, reason,
	decided_at, decided_by, outcome)
SELECT 'retry_card', order_text(order_no), applied_at, 'mei', 'line repaired',
	CASE WHEN n %% 1000 <> 10 THEN now() END,
	CASE WHEN n %% 1000 <> 10 THEN 'lin' END,
	CASE WHEN n %% 1000 <> 10 THEN 'approved' END
FROM belt WHERE n %% 100 = 10;
INSERT INTO operator_act (at, actor, act, subject, reason)
SELECT applied_at, 'mei', 'hold', order_text(order_no), 'call back'
FROM belt WHERE n %% 10 = 1 ORDER BY n;
INSERT INTO access_record (at, actor, order_no, purpose)
SELECT applied_at, 'mei', order_no, 'console: holder calls'
FROM belt WHERE n %% 10 = 2 ORDER BY n;
INSERT INTO move_count (day, from_status, to_status, orders)
SELECT d::date, 'unpaid', 'paid', 1000
FROM generate_series(current_date - 365, current_date, '1 day') AS d
ON CONFLICT DO NOTHING
"""


def fill(connection, orders):
    """In one transaction of the database's owner."""
    shares = " ".join(f"WHEN n % 100 < {to} THEN '{status}'"
                      for status, to in SHARES)
    connection.autocommit = True
    with connection.transaction():
        connection.execute("SET LOCAL search_path = recard, pg_catalog")
        for statement in STATEMENTS.replace(
                "{shares}", shares.replace("%", "%%")).split(";\n"):
            connection.execute(statement, {"orders": orders})
    connection.execute("VACUUM ANALYZE")
