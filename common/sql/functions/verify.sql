-- The invariants that the tables can answer for.
-- Returns: a row for each breach: invariant, what is wrong, and the number
-- it is wrong with. No rows: everything holds.
CREATE OR REPLACE FUNCTION verify()
RETURNS TABLE (invariant text, breach text, subject text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	-- I1: a paid order has one live card job and one valid label.
	SELECT 'I1', format('%s order has %s live card jobs', o.status, n.jobs),
		order_text(o.order_no)
	FROM orders o, LATERAL (SELECT count(*) AS jobs FROM card_job j
		WHERE j.order_no = o.order_no
			AND j.state IN ('queued', 'batched', 'made')) AS n
	WHERE o.status IN ('queued', 'producing', 'produced', 'mailed',
		'delivered', 'returned', 'activated') AND n.jobs <> 1
	UNION ALL
	SELECT 'I1', format('%s order has %s valid labels', o.status, n.labels),
		order_text(o.order_no)
	FROM orders o, LATERAL (SELECT count(*) AS labels FROM label l
		WHERE l.order_no = o.order_no AND l.state <> 'void') AS n
	WHERE o.status IN ('queued', 'producing', 'produced', 'mailed',
		'delivered', 'returned', 'activated') AND n.labels <> 1
	UNION ALL
	SELECT 'I1', format('%s order has no made card', o.status),
		order_text(o.order_no)
	FROM orders o WHERE o.status IN ('produced', 'mailed', 'delivered',
			'returned', 'activated')
		AND NOT EXISTS (SELECT FROM card_job j
			WHERE j.order_no = o.order_no AND j.state = 'made')
	UNION ALL
	-- I2: nothing is made without a settled payment.
	SELECT 'I2', format('%s order has no settled payment', o.status),
		order_text(o.order_no)
	FROM orders o LEFT JOIN settled_payment s USING (order_no)
	WHERE o.status NOT IN ('unpaid', 'purged', 'cancelled')
		AND s.order_no IS NULL
	UNION ALL
	SELECT 'I2', 'card job without a settled payment', j.job_no::text
	FROM card_job j LEFT JOIN settled_payment s USING (order_no)
	WHERE s.order_no IS NULL
	UNION ALL
	SELECT 'I2', 'label without a settled payment', l.label_no::text
	FROM label l LEFT JOIN settled_payment s USING (order_no)
	WHERE s.order_no IS NULL
	UNION ALL
	SELECT 'I2', 'settled by a payment of another order or amount',
		order_text(o.order_no)
	FROM settled_payment s JOIN orders o USING (order_no)
	JOIN payment p USING (payment_id)
	WHERE (p.kind, p.amount, p.currency, p.variant)
			IS DISTINCT FROM ('paid', o.amount::bigint, 'TWD', 0)
		-- Only an operator may say that another order was meant.
		OR order_number(p.order_ref) IS DISTINCT FROM o.order_no
			AND NOT EXISTS (SELECT FROM operator_act a
				WHERE a.subject = 'payment ' || p.payment_id
					AND a.act = 'matched '
						|| order_text(o.order_no))
	UNION ALL
	-- I3: what was packed together is of one order.
	SELECT 'I3', 'card and label of two orders were packed together',
		p.packing_id::text
	FROM packing p JOIN label l USING (label_no)
	JOIN card_job j USING (job_no)
	WHERE p.outcome = 'packed' AND (l.order_no <> p.order_no
		OR j.order_no <> p.order_no
		OR l.address_digest <> j.address_digest)
	UNION ALL
	-- I3: the digests of card, label and freeze are one.
	SELECT 'I3', 'card and label carry different digests',
		order_text(j.order_no)
	FROM card_job j JOIN label l USING (order_no)
	WHERE j.state IN ('queued', 'batched', 'made') AND l.state <> 'void'
		AND j.address_digest <> l.address_digest
		AND NOT EXISTS (SELECT FROM address_freeze f
			WHERE f.order_no = j.order_no AND f.version > 1)
	UNION ALL
	SELECT 'I3', 'an address was frozen again that two people had not '
		'agreed on', order_text(f.order_no)
	FROM address_freeze f
	LEFT JOIN address_correction c ON (c.order_no, c.version, c.digest)
		= (f.order_no, f.version, f.digest)
	LEFT JOIN decision d USING (decision_no)
	WHERE f.version > 1 AND (d.outcome IS DISTINCT FROM 'approved'
		OR d.decided_by = d.requested_by)
	UNION ALL
	SELECT 'I3', 'digest was never frozen', order_text(d.order_no)
	FROM (SELECT order_no, address_digest FROM card_job
		UNION SELECT order_no, address_digest FROM label) AS d
	LEFT JOIN address_freeze f ON (f.order_no, f.digest)
		= (d.order_no, d.address_digest)
	WHERE f.order_no IS NULL
	UNION ALL
	-- I4: frozen and queued at once.
	SELECT 'I4', 'queued without a frozen address', order_text(o.order_no)
	FROM orders o LEFT JOIN address_freeze f USING (order_no)
	WHERE o.status IN ('queued', 'producing', 'produced', 'mailed',
		'delivered', 'returned', 'activated') AND f.order_no IS NULL
	UNION ALL
	SELECT 'I4', format('%s order has a frozen address', o.status),
		order_text(o.order_no)
	FROM orders o JOIN address_freeze f USING (order_no)
	WHERE o.status IN ('unpaid', 'paid', 'purged')
	UNION ALL
	-- I5: purged only unpaid, after the deadline, with proof.
	SELECT 'I5', 'purged order was paid', order_text(o.order_no)
	FROM orders o JOIN settled_payment s USING (order_no)
	WHERE o.status = 'purged'
	UNION ALL
	SELECT 'I5', 'purged without proof, or before its deadline',
		order_text(o.order_no)
	FROM orders o LEFT JOIN purge_record r USING (order_no)
	WHERE o.status = 'purged'
		AND (r.order_no IS NULL OR r.purged_at <= o.pay_by)
	UNION ALL
	SELECT 'I5', 'proof of a purge that did not happen',
		order_text(r.order_no)
	FROM purge_record r LEFT JOIN orders o USING (order_no)
	WHERE o.status IS DISTINCT FROM 'purged'
		OR (o.product, o.applied_at, o.pay_by)
			<> (r.product, r.applied_at, r.pay_by)
	UNION ALL
	-- I6: a payment settles an order or is an exception.
	SELECT 'I6', 'payment neither settles nor is an exception',
		p.payment_id::text
	FROM payment p LEFT JOIN settled_payment s USING (payment_id)
	LEFT JOIN payment_exception e USING (payment_id)
	WHERE s.payment_id IS NULL AND e.payment_id IS NULL
		AND p.kind NOT IN ('issued', 'failed')
	UNION ALL
	SELECT 'I6', 'booked notice is not in the ledger', n.notice_no::text
	FROM payment_notice n
	LEFT JOIN payment p ON (p.channel, p.reference, p.kind, p.order_ref,
		p.amount, p.currency) = (n.channel, n.reference, n.kind,
		n.order_ref, n.amount, n.currency)
	WHERE n.state = 'booked' AND n.verdict <> 'hint'
		AND p.payment_id IS NULL
	UNION ALL
	-- I7: settled = fulfilled + in progress + refund due + refunded.
	SELECT 'I7', format('%s %s received, %s accounted for', l.currency,
		l.received, l.accounted), l.currency
	FROM ledger l WHERE l.received <> l.accounted
	UNION ALL
	-- I8: nothing personal is left of a purged order.
	SELECT 'I8', 'purged order has personal data in ' || d.place,
		order_text(o.order_no)
	FROM orders o JOIN (SELECT order_no, 'applicant' AS place FROM applicant
		UNION ALL SELECT order_no, 'activation' FROM activation
		UNION ALL SELECT order_no, 'notice' FROM notice
		UNION ALL SELECT order_no, 'payment_notice'
			FROM payment_notice WHERE order_no IS NOT NULL
			AND (body, headers, peer) IS DISTINCT FROM
				(NULL::bytea, NULL::text, NULL::text)
			AND state NOT IN ('received', 'asking')) AS d
		USING (order_no)
	WHERE o.status = 'purged'
	UNION ALL
	SELECT 'I8', format('%s order has no applicant', o.status),
		order_text(o.order_no)
	FROM orders o LEFT JOIN applicant a USING (order_no)
	WHERE o.status <> 'purged' AND a.order_no IS NULL
	UNION ALL
	-- I9: one number, one letter.
	SELECT 'I9', format('number is used %s times on %s', count(*),
		m.posted_on), left(m.tracking_no, 14)
	FROM mail_item m GROUP BY m.posted_on, left(m.tracking_no, 14)
	HAVING count(*) > 1
	UNION ALL
	SELECT 'I9', 'order in the post has no letter', order_text(o.order_no)
	FROM orders o LEFT JOIN mail_item m USING (order_no)
	WHERE o.status IN ('mailed', 'delivered', 'returned', 'activated')
		AND m.order_no IS NULL
	UNION ALL
	-- I10: history and status agree; each move is a listed one.
	SELECT 'I10', 'status is not where the history ends',
		order_text(o.order_no)
	FROM orders o LEFT JOIN order_history h
		ON (h.order_no, h.move_no) = (o.order_no, o.moves)
	WHERE h.to_status IS DISTINCT FROM o.status
	UNION ALL
	SELECT 'I10', format('%s moves, %s rows of history', o.moves, h.moves),
		order_text(o.order_no)
	FROM orders o JOIN (SELECT order_no, count(*) - 1 AS moves
		FROM order_history GROUP BY order_no) AS h USING (order_no)
	WHERE o.moves <> h.moves
	UNION ALL
	SELECT 'I10', format('history jumps at move %s', h.move_no),
		order_text(h.order_no)
	FROM (SELECT *, lag(to_status) OVER (PARTITION BY order_no
			ORDER BY move_no) AS before
		FROM order_history) AS h
	WHERE h.move_no > 0 AND (h.before IS DISTINCT FROM h.from_status
		OR NOT EXISTS (SELECT FROM order_move m
			WHERE (m.status, m.event, m.next)
				= (h.from_status, h.event, h.to_status)))
	UNION ALL
	-- I10: an order is activated by its user code, and no other way; a code
	-- is reset by a file of the counter.
	SELECT 'I10', format('%s order, and its code is %s', o.status, CASE
		WHEN a.activated_at IS NULL THEN 'not used' ELSE 'used' END),
		order_text(o.order_no)
	FROM orders o JOIN activation a USING (order_no)
	WHERE (o.status = 'activated') <> (a.activated_at IS NOT NULL)
	UNION ALL
	SELECT 'I10', 'code was used without a right try',
		order_text(a.order_no)
	FROM activation a WHERE a.activated_at IS NOT NULL AND a.last_try > 0
		AND NOT EXISTS (SELECT FROM activation_attempt t
			WHERE t.order_no = a.order_no AND t.right_code
				AND t.try_no > a.void_until)
	UNION ALL
	SELECT 'I10', 'code was reset by no file', order_text(a.order_no)
	FROM activation a WHERE a.reset_at IS NOT NULL
		AND NOT EXISTS (SELECT FROM code_reset r
			WHERE (r.order_no, r.requested_at)
				= (a.order_no, a.reset_at))
	UNION ALL
	SELECT 'I10', format('%s orders by their moves, %s by counting',
		t.tallied, t.orders), t.status
	FROM tally_breaches(true) AS t
	UNION ALL
	-- I11: counts of what was handed out, and no gaps in the numbers.
	SELECT 'I11', format('%s cards in its header, %s lines', b.cards,
		count(l.line)), b.batch_no
	FROM card_batch b LEFT JOIN card_batch_line l USING (batch_no)
	WHERE b.sealed_at IS NOT NULL GROUP BY b.batch_no
	HAVING b.cards <> count(l.line) OR b.cards <> coalesce(max(l.line), 0)
	UNION ALL
	SELECT 'I11', 'empty batch has cards', b.batch_no
	FROM card_batch b WHERE b.state = 'empty' AND EXISTS
		(SELECT FROM card_batch_line l WHERE l.batch_no = b.batch_no)
	UNION ALL
	SELECT 'I11', format('number %s is used by no batch', n.number), l.line
	FROM card_line l, generate_series(1, l.last_number) AS n (number)
	WHERE NOT EXISTS (SELECT FROM card_batch b
			WHERE b.sequence = l.series * 100000 + n.number)
		AND NOT EXISTS (SELECT FROM card_line_gap g
			WHERE g.line = l.line AND n.number
				BETWEEN g.first_number AND g.last_number)
	UNION ALL
	SELECT 'I11', 'number is beyond its line''s last one', b.batch_no
	FROM card_batch b JOIN card_line l USING (line)
	WHERE b.sequence / 100000 <> l.series
		OR mod(b.sequence, 100000) > l.last_number
	UNION ALL
	SELECT 'I11', 'chain of batches is broken here', b.batch_no
	FROM card_batch b LEFT JOIN card_batch p ON p.batch_no = b.previous_no
	WHERE b.chain_digest IS NOT NULL
		AND (b.chain_digest <> chain_digest(p.chain_digest, b.batch_no,
			b.content_digest) OR p.line <> b.line)
	UNION ALL
	SELECT 'I11', 'chain does not end where its line says', l.line
	FROM card_line l LEFT JOIN card_batch b ON b.batch_no = l.chain_batch
	WHERE l.chain_digest IS DISTINCT FROM b.chain_digest
		OR EXISTS (SELECT FROM card_batch n
			WHERE n.previous_no = l.chain_batch)
		OR l.chain_batch IS NULL AND EXISTS (SELECT FROM card_batch n
			WHERE n.line = l.line AND n.chain_digest IS NOT NULL)
	UNION ALL
	-- I1, I12: what became of a card is what the line reported last.
	SELECT 'I1', format('card is %s, its line reported %s', j.state,
		coalesce(r.result, 'nothing')), j.job_no::text
	FROM card_job j LEFT JOIN LATERAL (SELECT c.result FROM card_result c
		WHERE c.job_no = j.job_no AND c.result <> 'ON_HOLD'
		ORDER BY c.booked_at DESC, c.import_id DESC, c.line DESC
		LIMIT 1) AS r ON true
	WHERE upper(j.state::text) IS DISTINCT FROM r.result
		AND (j.state IN ('made', 'spoiled') OR r.result IS NOT NULL
			OR j.state = 'rejected'
			AND j.error_code IS DISTINCT FROM 'BATCH_REFUSED')
	UNION ALL
	SELECT 'I1', 'made card is not in the register', j.job_no::text
	FROM card_job j LEFT JOIN certificate c ON c.card_no = j.new_card_no
	WHERE j.state = 'made' AND c.card_no IS NULL
	UNION ALL
	SELECT 'I11', 'hash total differs from its lines', b.batch_no
	FROM card_batch b JOIN card_batch_line l USING (batch_no)
	JOIN card_job j USING (job_no)
	WHERE b.sealed_at IS NOT NULL GROUP BY b.batch_no
	HAVING b.hash_total::numeric
		<> mod(sum(j.order_no / 10), 10000000000000)
	UNION ALL
	SELECT 'I11', 'sealed bytes are missing or have another digest',
		b.batch_no
	FROM card_batch b LEFT JOIN card_batch_file f USING (batch_no)
	WHERE b.sealed_at IS NOT NULL
		AND encode(sha256(f.bytes), 'hex') IS DISTINCT FROM b.file_digest
	UNION ALL
	SELECT 'I11', format('%s labels on the run, %s in the table', r.labels,
		count(l.label_no)), r.run_no
	FROM label_run r LEFT JOIN label l USING (run_no)
	WHERE r.state <> 'cut' GROUP BY r.run_no
	HAVING r.labels <> count(l.label_no)
	UNION ALL
	SELECT 'I11', format('%s letters on the list, %s in the table',
		p.items, count(l.line)), p.list_no
	FROM posting_list p LEFT JOIN posting_line l USING (list_no)
	WHERE p.state <> 'cut' GROUP BY p.list_no
	HAVING p.items <> count(l.line)
	UNION ALL
	-- I12: rows of files taken in.
	SELECT 'I12', format('%s rows rejected, %s reasons', i.rejected,
		count(r.line)), i.name
	FROM import i LEFT JOIN import_reject r USING (import_id)
	WHERE i.outcome = 'done' GROUP BY i.import_id
	HAVING i.rejected <> count(r.line)
	UNION ALL
	SELECT 'I12', 'its archive was not booked as one', m.name
	FROM import m JOIN import a ON a.import_id = m.archive_id
	WHERE (a.kind, a.outcome, a.rows, a.archive_id)
		IS DISTINCT FROM (m.kind, 'done', 0::bigint, NULL::bigint)
	UNION ALL
	-- I13: what stands still is on a worklist.
	SELECT 'I13', 'label cannot be printed and is on no worklist',
		l.label_no::text
	FROM label l WHERE l.state = 'pending' AND l.blocked IS NOT NULL
		AND NOT EXISTS (SELECT FROM exception e WHERE e.kind = 'label'
			AND e.subject = l.label_no::text
			AND e.closed_at IS NULL)
	UNION ALL
	SELECT 'I13', 'nobody looks after the print job, and it is on no worklist',
		p.run_no
	FROM print_job p WHERE p.ended_at IS NULL AND p.look_at IS NULL
		AND NOT EXISTS (SELECT FROM exception e WHERE e.kind = 'print'
			AND e.subject = p.run_no AND e.closed_at IS NULL)
	UNION ALL
	SELECT 'I13', 'a run was handed out, and its label is neither printed '
		'nor at a printer', l.label_no::text
	FROM label_run r JOIN label l USING (run_no)
	LEFT JOIN print_job p USING (run_no)
	WHERE r.state = 'published' AND l.state = 'pending'
		AND (p.run_no IS NULL OR p.ended_at IS NOT NULL)
	UNION ALL
	SELECT 'I13', 'no line prints the card, and it is on no worklist',
		j.job_no::text
	FROM card_job j JOIN orders o USING (order_no)
	WHERE j.state = 'queued' AND j.unprintable_on <> '{}'
		AND NOT EXISTS (SELECT FROM card_line l
			WHERE (l.products = '{}' OR o.product = ANY (l.products))
				AND NOT l.line = ANY (j.unprintable_on))
		AND NOT EXISTS (SELECT FROM exception e WHERE e.kind = 'card'
			AND e.subject = j.job_no::text
			AND e.closed_at IS NULL)
	UNION ALL
	SELECT 'I13', 'line is stopped and on no worklist', l.line
	FROM card_line l WHERE l.stopped_at IS NOT NULL
		AND NOT EXISTS (SELECT FROM exception e WHERE e.kind = 'batch'
			AND e.subject = l.line AND e.closed_at IS NULL)
	UNION ALL
	SELECT 'I13', 'held without an open hold, or the reverse',
		order_text(o.order_no)
	FROM orders o WHERE o.held <> EXISTS (SELECT FROM hold h
		WHERE h.order_no = o.order_no AND h.released_at IS NULL)
		AND NOT EXISTS (SELECT FROM order_state s
			WHERE s.status = o.status AND s.ends)
	UNION ALL
	-- I15: the history is what was sealed; of last month, for older days
	-- take longer (recardctl history verify).
	SELECT 'I15', b.breach, b.day::text
	FROM history_breaches(taipei_date(now() - interval '31 days')) AS b
$$;
