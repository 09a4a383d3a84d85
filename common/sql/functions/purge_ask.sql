-- Before an order is purged the providers are asked once more, those of its
-- feeds that can be: queues the questions about orders that nothing else
-- keeps. One that was answered otherwise than unpaid is asked again after an
-- hour.
-- Parameters: at most how many questions; the moment.
-- Returns: how many were queued.
CREATE OR REPLACE FUNCTION purge_ask(at_most integer,
	at timestamptz DEFAULT now()) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	queued integer;
BEGIN
	IF NOT EXISTS (SELECT FROM payment_feed WHERE ask_before_purge) THEN
		RETURN 0;
	END IF;
	WITH news AS MATERIALIZED (
		SELECT product, least(covered_until, at, now()) AS until, asked
		FROM product_news
		WHERE covered_until IS NOT NULL AND asked IS NOT NULL
	)
	INSERT INTO payment_question (channel, order_ref, order_no, asked_at,
		next_try_at)
	SELECT f.channel, order_text(o.order_no), o.order_no, at, at
	FROM orders o JOIN news n USING (product)
	CROSS JOIN LATERAL unnest(n.asked) AS f (channel)
	WHERE o.status = 'unpaid' AND NOT o.held AND o.pay_by <= n.until
		AND o.pay_by < least(at, now())
		-- With OFFSET it is looked up a row at a time, by index, also
		-- while the server knows nothing of a table just filled.
		AND NOT EXISTS (SELECT FROM purge_obstacle b
			WHERE b.order_no = o.order_no OFFSET 0)
		AND NOT EXISTS (SELECT FROM payment_question q
			WHERE (q.order_no, q.channel) = (o.order_no, f.channel)
				AND q.notice_no IS NULL
				AND (q.answer = 'unpaid'
					AND q.answered_at > o.pay_by
				OR q.asked_at > at - interval '1 hour')
			OFFSET 0)
	ORDER BY o.pay_by LIMIT at_most
	ON CONFLICT (order_no, channel)
		WHERE answered_at IS NULL AND notice_no IS NULL DO NOTHING;
	GET DIAGNOSTICS queued = ROW_COUNT;
	IF queued > 0 THEN
		PERFORM pg_notify('recard_payment', '');
	END IF;
	RETURN queued;
END
$$;
