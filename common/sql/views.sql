-- Views over the belt. Reloaded at each migration.

-- Money per currency: what was received, and where it is. A settled payment
-- is in progress until its card is made, then fulfilled; what settles
-- nothing is refund due until it is refunded or matched.
CREATE OR REPLACE VIEW ledger AS
SELECT p.currency,
	count(*) AS payments,
	sum(p.amount) AS received,
	coalesce(sum(p.amount) FILTER (WHERE e.state = 'refunded'), 0)
		AS refunded,
	coalesce(sum(p.amount) FILTER (WHERE e.state IN
		('open', 'refund_due')), 0) AS refund_due,
	coalesce(sum(p.amount) FILTER (WHERE coalesce(e.state, 'matched')
		= 'matched' AND o.status IN ('paid', 'queued', 'producing')), 0)
		AS in_progress,
	coalesce(sum(p.amount) FILTER (WHERE coalesce(e.state, 'matched')
		= 'matched' AND o.status IN ('produced', 'mailed', 'delivered',
		'returned', 'activated', 'closed')), 0) AS fulfilled,
	coalesce(sum(p.amount) FILTER (WHERE e.state IN
		('refunded', 'open', 'refund_due')
		OR o.status NOT IN ('unpaid', 'purged', 'cancelled')), 0)
		AS accounted
FROM payment p
LEFT JOIN settled_payment s USING (payment_id)
LEFT JOIN orders o ON o.order_no = s.order_no
LEFT JOIN payment_exception e USING (payment_id)
-- The same reference with another content is not other money: it is an
-- exception until somebody has found out which is right. What could not be
-- read is money until it is matched: told properly since, or found to be none.
WHERE (p.kind = 'paid' OR p.kind = 'unknown'
	AND e.state IS DISTINCT FROM 'matched') AND p.variant = 0
GROUP BY p.currency;

-- Who told of each payment: both notice (or question) and settlement file,
-- one of them, or each something else.
CREATE OR REPLACE VIEW payment_match AS
SELECT p.payment_id, p.channel, p.reference, p.kind, p.variant, p.order_ref,
	p.amount, p.currency, p.paid_at, p.booked_at, p.source,
	CASE WHEN p.variant > 0 OR EXISTS (SELECT FROM payment d
			WHERE (d.channel, d.reference, d.kind, d.variant)
				= (p.channel, p.reference, p.kind, 1))
		THEN 'differs'
	WHEN p.source <> 'settlement' AND c.settlement THEN 'matched'
	WHEN p.source = 'settlement' AND c.notice THEN 'matched'
	WHEN p.source = 'settlement' THEN 'line_only'
	ELSE 'notice_only' END AS match
FROM payment p, LATERAL (SELECT
		coalesce(bool_or(c.source = 'settlement'), false) AS settlement,
		coalesce(bool_or(c.source <> 'settlement'), false) AS notice
	FROM payment_confirmation c WHERE c.payment_id = p.payment_id) AS c;

-- Up to when the payment news of each product is known (its watermark), and
-- the feeds whose provider is asked once more before a purge.
CREATE OR REPLACE VIEW product_news AS
SELECT p.product, watermark(p.product) AS covered_until,
	(SELECT array_agg(f.channel ORDER BY f.channel)
	FROM product_feed l JOIN payment_feed f USING (channel)
	WHERE l.product = p.product AND f.ask_before_purge) AS asked
FROM product p;

-- What names an order and has not been worked off: it is not purged before.
-- A simulated payment is no money and stops nothing. Anything else that is
-- open does, also a refund or chargeback of an order that was never paid:
-- somebody has to find out first what it means.
CREATE OR REPLACE VIEW purge_obstacle AS
SELECT e.order_no, 'payment_exception'::text AS obstacle
FROM payment_exception e
WHERE e.closed_at IS NULL AND e.reason <> 'simulated'
	AND e.order_no IS NOT NULL
UNION ALL
-- Those that wait have their bytes: a constraint of the table says so.
SELECT n.order_no, 'notice' FROM payment_notice n
WHERE n.state IN ('received', 'asking') AND n.body IS NOT NULL
	AND n.order_no IS NOT NULL
UNION ALL
SELECT q.order_no, 'question:' || q.channel FROM payment_question q
WHERE q.answered_at IS NULL AND q.order_no IS NOT NULL;

-- The cards of each batch by what became of them. A card that was made and
-- spoiled afterwards is spoiled.
CREATE OR REPLACE VIEW batch_sums AS
SELECT b.batch_no, b.sequence, b.line, b.product, b.state,
	b.cards AS sealed_cards, b.sealed_at, b.published_at,
	n.sent, n.made, n.spoiled, n.rejected, n.on_hold, n.open
FROM card_batch b, LATERAL (SELECT count(*) AS sent,
		count(*) FILTER (WHERE j.state = 'made') AS made,
		count(*) FILTER (WHERE j.state = 'spoiled') AS spoiled,
		count(*) FILTER (WHERE j.state = 'rejected') AS rejected,
		count(*) FILTER (WHERE j.state = 'batched'
			AND j.on_hold_since IS NOT NULL) AS on_hold,
		count(*) FILTER (WHERE j.state = 'batched'
			AND j.on_hold_since IS NULL) AS open
	FROM card_batch_line l JOIN card_job j USING (job_no)
	WHERE l.batch_no = b.batch_no) AS n;

-- Cards that a line has in hand: in a batch that was handed out, and without a
-- result. Found by the orders that are producing, so that the cards that were
-- ever made cost nothing.
CREATE OR REPLACE VIEW card_at_line AS
SELECT j.job_no, l.batch_no, j.on_hold_since
FROM orders o JOIN card_job j ON j.order_no = o.order_no
	-- All that the index of live jobs has, and then those meant.
	AND j.state IN ('queued', 'batched', 'made') AND j.state = 'batched'
JOIN card_batch_line l USING (job_no)
WHERE o.status = 'producing';

-- Letters that could go to the post: card made, label printed, not held, on
-- no list yet; and whether card and label were checked against each other.
CREATE OR REPLACE VIEW letter_ready AS
SELECT o.order_no, l.label_no, o.moved_at,
	EXISTS (SELECT FROM packing p
		JOIN card_job j USING (job_no)
		WHERE p.label_no = l.label_no AND p.outcome = 'packed'
			AND j.state = 'made') AS packed
FROM orders o JOIN label l ON l.order_no = o.order_no AND l.state = 'printed'
WHERE o.status = 'produced' AND NOT o.held
	AND NOT EXISTS (SELECT FROM posting_line p
		WHERE p.label_no = l.label_no);

-- Whom a label names, and where: what the applicant filled in, or the address
-- that two people agreed on since.
CREATE OR REPLACE VIEW addressee AS
SELECT l.label_no, a.name, coalesce(c.postal_code, a.postal_code) AS postal_code,
	coalesce(c.address, a.address) AS address
FROM label l JOIN applicant a USING (order_no)
LEFT JOIN address_correction c ON (c.order_no, c.digest)
	= (l.order_no, l.address_digest);

-- Moves by day: added up, and not yet.
CREATE OR REPLACE VIEW moves_counted AS
SELECT day, from_status, to_status, orders FROM move_count
UNION ALL
SELECT (at AT TIME ZONE 'Asia/Taipei')::date, from_status, to_status, orders
FROM move_tally;

-- What mail about an order may say: whom to, in which language, and what of
-- the order. The letter is the last one.
CREATE OR REPLACE VIEW order_mail AS
SELECT o.order_no, o.status, o.held, o.pay_by, o.amount,
	a.order_no IS NOT NULL AS known, a.email, a.name, a.language,
	i.tracking_no, i.posted_on, i.promised_on
FROM orders o LEFT JOIN applicant a USING (order_no)
LEFT JOIN LATERAL (SELECT m.tracking_no, m.posted_on, m.promised_on
	FROM mail_item m WHERE m.order_no = o.order_no
	ORDER BY m.mail_item_id DESC LIMIT 1) AS i ON true;
