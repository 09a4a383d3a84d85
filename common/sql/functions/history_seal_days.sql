-- Seals each day that is over and not sealed yet, the oldest first; a missed
-- night is caught up. history_settle() comes before it.
-- Returns: how many were sealed.
CREATE OR REPLACE FUNCTION history_seal_days(actor text,
	at timestamptz DEFAULT now()) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	last history_seal;
	next_day date;
	sealed integer := 0;
BEGIN
	-- One at a time; readers go on.
	LOCK TABLE history_seal IN SHARE ROW EXCLUSIVE MODE;
	SELECT * INTO last FROM history_seal ORDER BY day DESC LIMIT 1;
	next_day := coalesce(last.day + 1, (SELECT taipei_date(min(r.first))
		FROM (SELECT min(recorded_at) FROM order_history
			UNION ALL SELECT min(recorded_at) FROM operator_act
			UNION ALL SELECT min(recorded_at) FROM access_record)
			AS r (first)));
	WHILE next_day < taipei_date(at) LOOP
		INSERT INTO history_seal (day, moves, moves_digest, acts,
				acts_digest, looks, looks_digest, previous,
				digest, sealed_at, sealed_by)
			SELECT next_day, d.moves, d.moves_digest, d.acts,
				d.acts_digest, d.looks, d.looks_digest, p.digest,
				encode(sha256(convert_to(history_text(next_day,
					d.moves, d.moves_digest, d.acts,
					d.acts_digest, d.looks, d.looks_digest,
					p.digest), 'UTF8')), 'hex'),
				history_seal_days.at, history_seal_days.actor
			FROM history_day(next_day) AS d,
				(SELECT coalesce(last.digest, repeat('0', 64))
					AS digest) AS p
			RETURNING * INTO last;
		sealed := sealed + 1;
		next_day := next_day + 1;
	END LOOP;
	RETURN sealed;
END
$$;
