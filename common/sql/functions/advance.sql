-- Moves orders: the only place where a status changes. Looks each move up in
-- order_move, writes status and history together, and queues the citizen's
-- notice where the move has one. Owned by recard_mover, the one role whose
-- update of a status the table accepts.
-- Parameters: orders, each once; event; who; remarks for the history (no
-- personal data); the moment.
-- Returns: how many were moved: all of them.
-- Raises: RC020 naming the first order that may not make this move; nothing
-- is moved then.
CREATE OR REPLACE FUNCTION advance(order_nos bigint[], event text, actor text,
	detail jsonb DEFAULT '{}', at timestamptz DEFAULT now())
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	moved bigint[];
	ended boolean;
	culprit record;
BEGIN
	WITH move AS (
		UPDATE orders o SET status = m.next, moves = o.moves + 1,
			moved_at = advance.at
		FROM order_move m
		WHERE o.order_no = ANY (order_nos) AND m.status = o.status
			AND m.event = advance.event
			AND (NOT o.held OR m.while_held)
		RETURNING o.order_no, o.moves, m.status AS origin, m.next,
			m.notice
	), history AS (
		INSERT INTO order_history (order_no, move_no, at, event,
			from_status, to_status, actor, detail)
		SELECT order_no, moves, advance.at, advance.event, origin, next,
			advance.actor, advance.detail FROM move
	), tally AS (
		INSERT INTO move_tally (at, from_status, to_status, orders)
		SELECT advance.at, origin, next, count(*) FROM move
		GROUP BY origin, next
	), outbox AS (
		INSERT INTO notice (order_no, kind, move_no, due_at)
		SELECT order_no, notice, moves, advance.at FROM move
		WHERE notice IS NOT NULL
	)
	SELECT array_agg(move.order_no), bool_or(s.ends) INTO moved, ended
	FROM move JOIN order_state s ON s.status = move.next;

	IF coalesce(cardinality(moved), 0) <> cardinality(order_nos) THEN
		SELECT asked.order_no, o.status, o.held INTO culprit
			FROM unnest(order_nos) AS asked (order_no)
			LEFT JOIN orders o ON o.order_no = asked.order_no
				AND NOT o.order_no = ANY (coalesce(moved, '{}'))
			WHERE asked.order_no IS NULL
				OR NOT asked.order_no = ANY (coalesce(moved, '{}'))
			ORDER BY asked.order_no LIMIT 1;
		RAISE EXCEPTION USING ERRCODE = 'RC020',
			MESSAGE = format('order %s: %s', order_text(culprit.order_no),
				CASE WHEN culprit.status IS NULL
					THEN 'no such order, or named twice'
				WHEN culprit.held
					THEN format('is held in status %s: %s must '
						'wait for its release',
						culprit.status, event)
				ELSE format('%s is not allowed in status %s',
					event, culprit.status) END);
	END IF;
	IF ended AND event <> 'expired' THEN
		UPDATE applicant SET open = false
			WHERE order_no = ANY (order_nos);
	END IF;
	RETURN cardinality(order_nos);
END
$$;
