-- Says what is done about a payment that settled nothing: it is to be
-- refunded, was refunded, or is matched: to the unpaid order that it pays, or
-- accounted for by hand because no money of ours is left to return.
-- Parameters: payment; refund_due, refunded or matched; who; why; the bank's
-- or provider's number of the refund; the order to settle; the moment.
-- Raises: RC020 when that is not possible, with the way out.
CREATE OR REPLACE FUNCTION payment_resolve(of_payment bigint, to_state text,
	actor text, why text, refund_ref text DEFAULT NULL,
	to_order bigint DEFAULT NULL, at timestamptz DEFAULT now())
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	p record;
	objection record;
BEGIN
	-- Orders first, as booking, purging and cancelling lock them.
	PERFORM FROM orders o WHERE o.order_no = ANY (ARRAY[to_order,
			(SELECT e.order_no FROM payment_exception e
			WHERE e.payment_id = of_payment)])
		ORDER BY o.order_no FOR UPDATE;
	PERFORM FROM payment_exception e WHERE e.payment_id = of_payment
		FOR UPDATE;
	SELECT y.*, e.reason, e.state, e.closed_at, r.no_money,
		s.order_no AS settles, named.status AS named, o.order_no AS target,
		o.status AS target_status, o.amount AS target_amount,
		y.kind IN ('paid', 'unknown') AS is_money,
		coalesce(to_state IN ('refund_due', 'refunded'), false) AS refunding
		INTO p
		FROM (SELECT of_payment AS asked) AS q
		LEFT JOIN payment y ON y.payment_id = q.asked
		LEFT JOIN payment_exception e USING (payment_id)
		LEFT JOIN payment_reason() AS r USING (reason)
		LEFT JOIN settled_payment s USING (payment_id)
		LEFT JOIN orders named ON named.order_no = e.order_no
		LEFT JOIN orders o ON o.order_no = to_order;
	SELECT o.says, o.way_out INTO objection FROM (VALUES
	(1, p.payment_id IS NULL, 'there is no such payment',
		'payment list shows which there are'),
	(2, coalesce(to_state NOT IN ('refund_due', 'refunded', 'matched'),
		true), format('it cannot be resolved as %s', to_state),
		'resolve it as refund_due, refunded or matched'),
	(3, coalesce(btrim(why), '') = '', 'no reason is given',
		'say in a few words why'),
	(4, p.state IS NULL AND p.settles IS NOT NULL, format(
		'it settles order %s', order_text(p.settles)),
		'when that order is cancelled its payment is refund due'),
	(5, p.state IS NULL, format('it is booked as %s, which is no money '
		'and no exception', p.kind), 'there is nothing to resolve'),
	(6, p.closed_at IS NOT NULL, format('it is %s since %s', p.state,
		taipei_time(p.closed_at)), 'payment show tells by whom and why'),
	(7, p.refunding AND NOT p.is_money, format('it is booked as %s, '
		'which is no money to refund', p.kind),
		'when it is accounted for, resolve it as matched'),
	(8, p.refunding AND p.variant > 0, 'it tells another payment of the '
		'same reference in other words, and is no money besides',
		'refund that one if need be; resolve this one as matched'),
	(9, p.refunding AND p.amount <= 0, format('its amount is %s', p.amount),
		'when it is accounted for, resolve it as matched'),
	(10, to_state = p.state, format('it is %s already', p.state),
		'when the money is on its way, resolve it as refunded with '
		'the number of the refund'),
	(11, to_state = 'refunded' AND coalesce(btrim(refund_ref), '') = '',
		'a refund needs its number', 'give the bank''s or provider''s '
		'number of the refund as reference'),
	(12, to_state <> 'refunded' AND refund_ref IS NOT NULL,
		'only a refund has the number of a refund',
		'leave the reference out, or resolve it as refunded'),
	(13, to_state <> 'matched' AND to_order IS NOT NULL,
		'only a match settles an order',
		'leave the order out, or resolve it as matched'),
	(14, to_state = 'matched' AND p.kind = 'paid' AND p.variant = 0
		AND (p.named IN ('purged', 'cancelled', 'closed')), format(
		'its order is %s, so it can only be refunded', p.named),
		'resolve it as refund_due or refunded'),
	(15, to_state = 'matched' AND to_order IS NULL AND (NOT p.no_money
		OR p.reason = 'unreadable' AND p.kind = 'paid'
			AND p.amount <> 0), format(
		'it is %s: %s %s that is owed to somebody', p.reason,
		p.currency, p.amount), 'name the unpaid order that it pays, or '
		'resolve it as refund_due'),
	(16, to_order IS NOT NULL AND p.target IS NULL, format(
		'there is no order %s', order_text(to_order)),
		'order list shows which there are'),
	(17, to_order IS NOT NULL AND p.kind <> 'paid', format(
		'it is booked as %s and pays no order', p.kind),
		'leave the order out when it is accounted for'),
	(18, to_order IS NOT NULL AND p.variant > 0, 'it tells another payment '
		'of the same reference in other words; that one is the money',
		'match that one'),
	(19, to_order IS NOT NULL AND p.currency <> 'TWD', format(
		'it is in %s, order %s is in TWD', p.currency,
		order_text(to_order)), 'resolve it as refund_due'),
	(20, to_order IS NOT NULL AND p.amount <> p.target_amount, format(
		'its amount is %s, order %s costs %s', p.amount,
		order_text(to_order), p.target_amount),
		'resolve it as refund_due'),
	(21, to_order IS NOT NULL AND p.target_status <> 'unpaid', format(
		'order %s is %s', order_text(to_order), p.target_status),
		'only an unpaid order can be settled')
	) AS o (nth, holds, says, way_out) WHERE o.holds ORDER BY o.nth LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC020', MESSAGE = format(
			'payment %s%s: %s', of_payment, CASE
			WHEN p.state IS NULL THEN ''
			ELSE format(' (%s, %s)', p.reason, p.state) END,
			objection.says), HINT = objection.way_out;
	END IF;

	IF to_order IS NOT NULL THEN
		INSERT INTO settled_payment (order_no, payment_id, settled_at)
			VALUES (to_order, of_payment, at);
	END IF;
	UPDATE payment_exception SET state = to_state, note = why,
			refund_reference = refund_ref,
			closed_at = CASE WHEN to_state <> 'refund_due'
				THEN payment_resolve.at END,
			closed_by = CASE WHEN to_state <> 'refund_due'
				THEN payment_resolve.actor END
		WHERE payment_id = of_payment;
	PERFORM act(actor, to_state || coalesce(' ' || refund_ref, '')
		|| coalesce(' ' || order_text(to_order), ''),
		'payment ' || of_payment, why, at);
	IF to_order IS NOT NULL THEN
		PERFORM advance(ARRAY[to_order], 'paid', actor,
			jsonb_build_object('source', 'operator',
				'payment', of_payment), at);
		PERFORM pg_notify('recard_manufacture', '');
	END IF;
END
$$;
