-- One request that two people decide, as pairs of name and value in an order
-- that reads well. Who says why is shown the addresses of a correction in
-- clear; that is a look at personal data, which is recorded.
-- Parameters: number; who; why (NULL: masked).
CREATE OR REPLACE FUNCTION decision_show(number bigint, actor text,
	purpose text, at timestamptz DEFAULT now())
RETURNS TABLE (section text, name text, value text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
		SELECT 'request', v.name, v.value FROM decision d,
		LATERAL (VALUES ('request', d.decision_no::text), ('act', d.act),
			('subject', d.subject), ('reason', d.reason),
			('requested_by', d.requested_by),
			('requested_at', taipei_time(d.requested_at)),
			('outcome', coalesce(d.outcome, 'open')),
			('decided_by', d.decided_by),
			('decided_at', taipei_time(d.decided_at)),
			('remark', nullif(d.remark, ''))) AS v (name, value)
		WHERE d.decision_no = number AND v.value IS NOT NULL
		UNION ALL
		SELECT s.section, v.name, v.value FROM address_correction c
		JOIN applicant p USING (order_no)
		LEFT JOIN LATERAL (SELECT a.postal_code, a.address FROM label l
			JOIN addressee a USING (label_no)
			WHERE l.order_no = c.order_no AND l.state <> 'void')
			AS now ON true,
		LATERAL (VALUES ('now', now.postal_code, now.address),
			('corrected', c.postal_code, c.address))
			AS s (section, postal_code, address),
		LATERAL (VALUES ('postal_code', CASE WHEN purpose IS NULL
				THEN left(s.postal_code, 3) ELSE s.postal_code END),
			('address', CASE WHEN purpose IS NULL
				THEN left(s.address, 3) || '…' ELSE s.address END),
			('name', CASE WHEN purpose IS NULL
				THEN mask(p.name) ELSE p.name END))
			AS v (name, value)
		WHERE c.decision_no = number AND v.value IS NOT NULL
		UNION ALL
		SELECT 'corrected', 'state', coalesce(c.outcome, CASE d.outcome
			WHEN 'approved' THEN 'waits for recard-manufacture'
			ELSE 'waits for the decision' END)
		FROM address_correction c JOIN decision d USING (decision_no)
		WHERE c.decision_no = number;
	IF purpose IS NOT NULL THEN
		INSERT INTO access_record (at, actor, order_no, purpose)
			SELECT decision_show.at, decision_show.actor, c.order_no,
				'request show: ' || decision_show.purpose
			FROM address_correction c WHERE c.decision_no = number;
	END IF;
END
$$;
