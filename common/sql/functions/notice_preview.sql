-- What the mail of one order says or would say, for somebody to look at. A
-- look at personal data, which is recorded.
-- Parameters: order; kind; who; why; the moment.
-- Returns: as notice_claim() does: of the order's last notice of that kind, or
-- as one that were due now. No row when there is no such order, or no
-- applicant any more.
CREATE OR REPLACE FUNCTION notice_preview(of_order bigint, of_kind text,
	actor text, reason text, at timestamptz DEFAULT now())
RETURNS TABLE (notice_id bigint, mark uuid, due_at timestamptz, email text,
	name text, language text, order_no text, amount integer,
	happened_at text, pay_by text, tracking_no text, posted_on date,
	promised_on date)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY SELECT coalesce(n.notice_id, 0), coalesce(n.mark,
			'00000000-0000-0000-0000-000000000000'),
			coalesce(n.due_at, at), m.email, m.name, m.language,
			order_text(m.order_no), m.amount,
			taipei_time(coalesce((SELECT h.at FROM order_history h
				WHERE (h.order_no, h.move_no)
						= (m.order_no, n.move_no)
					AND of_kind <> 'reminder'),
				n.due_at, notice_preview.at)),
			taipei_time(m.pay_by), m.tracking_no, m.posted_on,
			m.promised_on
		FROM order_mail m LEFT JOIN LATERAL (SELECT k.notice_id, k.mark,
				k.due_at, k.move_no FROM notice k
			WHERE (k.order_no, k.kind) = (of_order, of_kind)
			ORDER BY k.move_no DESC LIMIT 1) AS n ON true
		WHERE m.order_no = of_order AND m.known;
	IF FOUND THEN
		INSERT INTO access_record (at, actor, order_no, purpose)
		VALUES (notice_preview.at, notice_preview.actor, of_order,
			'notice preview: ' || notice_preview.reason);
	END IF;
END
$$;
