-- Stores notices as they came, many in one transaction; whoever sent them is
-- answered after its commit. A notice that is there already is counted and
-- changes nothing. Of those that no secret vouches for only a bounded number
-- is kept an hour and channel: the rest are noise.
-- Parameters: arrays with an element a notice: channel, SHA-256 of what
-- identifies it (hex), peer, headers, body, verdict, and what was read out of
-- it (reference, kind, order as written, amount, currency, time paid, fault);
-- how many refused ones to keep; the moment.
-- Returns: how many are new.
CREATE OR REPLACE FUNCTION receive_notices(channels text[], digests text[],
	peers text[], headers text[], bodies bytea[], verdicts text[],
	refs text[], kinds text[], order_refs text[], amounts bigint[],
	currencies text[], paid_times timestamptz[], faults text[],
	keep_refused integer, at timestamptz DEFAULT now()) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	fresh bigint;
	hints bigint[];
BEGIN
	WITH told AS (
		SELECT DISTINCT ON (n.channel, n.digest, n.verdict) n.*,
			-- Anybody can send a hint: it must name an order.
			n.verdict IN ('forged', 'malformed')
			OR n.verdict = 'hint' AND NOT EXISTS (SELECT
				FROM orders o WHERE o.order_no
					= order_number(n.order_ref)) AS noise,
			count(*) OVER (PARTITION BY n.channel, n.digest,
				n.verdict) - 1 AS again
		FROM unnest(channels, digests, peers, headers, bodies, verdicts,
			refs, kinds, order_refs, amounts, currencies, paid_times,
			faults) AS n (channel, digest, peer, headers, body,
			verdict, reference, kind, order_ref, amount, currency,
			paid_at, fault)
		-- In the order of the key, so that two of us wait for each
		-- other and do not deadlock.
		ORDER BY n.channel, n.digest, n.verdict
	), space AS (
		SELECT n.channel, keep_refused - count(k.notice_no) AS room
		FROM (SELECT DISTINCT channel FROM told WHERE noise) AS n
		LEFT JOIN payment_notice k ON k.channel = n.channel
			AND k.state = 'refused'
			AND k.received_at > at - interval '1 hour'
		GROUP BY n.channel
	), kept AS (
		SELECT t.*, row_number() OVER (PARTITION BY t.channel,
			t.noise) AS nth,
			-- What nobody vouches for and names a purged order is
			-- not kept as it came; what is booked is emptied then.
			coalesce(t.noise AND (
				SELECT o.status = 'purged' FROM orders o
				WHERE o.order_no = order_number(t.order_ref)),
				false) AS gone
		FROM told t
	), stored AS (
		INSERT INTO payment_notice AS p (channel, digest, received_at,
			peer, headers, body, verdict, reference, kind, order_ref,
			order_no, amount, currency, paid_at, fault, repeats,
			state)
		SELECT channel, decode(digest, 'hex'), at,
			CASE WHEN NOT gone THEN peer END,
			CASE WHEN NOT gone THEN headers END,
			CASE WHEN NOT gone THEN coalesce(body, '') END,
			verdict, reference, kind, order_ref,
			order_number(order_ref), amount, currency, paid_at,
			fault, again, CASE WHEN noise THEN 'refused'
			WHEN verdict = 'hint' THEN 'asking'
			ELSE 'received' END
		FROM kept k LEFT JOIN space USING (channel)
		WHERE NOT noise OR nth <= room
		ORDER BY channel, digest, verdict
		ON CONFLICT (channel, digest, verdict) DO UPDATE
			SET repeats = p.repeats + excluded.repeats + 1
		RETURNING p.notice_no, p.verdict = 'hint'
			AND p.state <> 'refused' AS asks, p.xmax = 0 AS is_new
	)
	SELECT count(*) FILTER (WHERE is_new),
		array_agg(notice_no) FILTER (WHERE asks)
		INTO fresh, hints FROM stored;
	IF hints IS NOT NULL THEN
		PERFORM ask_about_notices(hints, at);
	END IF;
	RETURN fresh;
END
$$;
