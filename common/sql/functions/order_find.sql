-- Orders by what somebody has in hand: order number, number of the old or the
-- new card, tracking number, or national ID (session setting
-- recard.holder_key). Blanks and dashes are dropped. Who is looked up by his
-- ID or card is recorded for each order found.
-- Returns: the latest first, no personal data; nothing when there is none.
-- locked: four wrong user codes were entered.
CREATE OR REPLACE FUNCTION order_find(wanted text, actor text, reason text,
	at_most integer, at timestamptz DEFAULT now())
RETURNS TABLE (order_no text, product text, status text, display text,
	held boolean, locked boolean, applied_at timestamptz, moved_at timestamptz,
	found_by text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	number text := upper(regexp_replace(wanted, '[[:space:]-]', '', 'g'));
	orders_found bigint[];
	ways text[];
BEGIN
	SELECT array_agg(f.order_no), array_agg(f.way)
		INTO orders_found, ways
	FROM (SELECT DISTINCT ON (w.order_no) w.order_no, w.way FROM (
			SELECT a.order_no, 'holder ID' AS way FROM applicant a
			WHERE holder_id_ok(number)
				AND a.holder_hash = holder_hash(number)
			UNION ALL
			SELECT a.order_no, 'card' FROM applicant a
			WHERE a.card_no = number
			UNION ALL
			SELECT j.order_no, 'new card' FROM card_job j
			WHERE j.new_card_no = number
			UNION ALL
			SELECT o.order_no, 'order number' FROM orders o
			WHERE o.order_no = CASE WHEN number ~ '^[0-9]{14}$'
				THEN number::bigint END
			UNION ALL
			SELECT m.order_no, 'tracking number' FROM mail_item m
			WHERE left(m.tracking_no, 14) = left(number, 14)
				AND (m.tracking_no = number
					OR number ~ '^[0-9]{14}([0-9]{6})?$')
			) AS w ORDER BY w.order_no DESC, w.way LIMIT at_most) AS f;
	INSERT INTO access_record (at, actor, order_no, purpose)
		SELECT order_find.at, order_find.actor, f.order_no,
			'order find by ' || f.way || coalesce(': ' || reason, '')
		FROM unnest(orders_found, ways) AS f (order_no, way)
		WHERE f.way IN ('holder ID', 'card', 'new card');
	RETURN QUERY
		SELECT order_text(o.order_no), o.product, o.status::text,
			s.display, o.held, c.locked_at IS NOT NULL,
			o.applied_at, o.moved_at, f.way
		FROM unnest(orders_found, ways) AS f (order_no, way)
		JOIN orders o USING (order_no)
		JOIN order_state s USING (status)
		LEFT JOIN activation c USING (order_no)
		ORDER BY o.applied_at DESC, o.order_no DESC;
END
$$;
