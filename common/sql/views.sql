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
WHERE p.kind IN ('paid', 'unknown')
GROUP BY p.currency;
