-- Everything about one order with its personal data in clear: order_show()
-- unmasked. It is a look at a person, which is recorded; without personal
-- data (a purged order) there is nothing to record.
-- Raises: RC020 when no reason is given.
CREATE OR REPLACE FUNCTION order_reveal(of_order bigint, actor text,
	reason text, at timestamptz DEFAULT now())
RETURNS TABLE (section text, name text, value text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	IF btrim(coalesce(order_reveal.reason, '')) = '' THEN
		RAISE EXCEPTION USING ERRCODE = 'RC020', MESSAGE = format(
			'order %s: personal data is shown for a reason only',
			order_text(of_order)), HINT = 'say why you must see it';
	END IF;
	INSERT INTO access_record (at, actor, order_no, purpose)
		SELECT order_reveal.at, order_reveal.actor, a.order_no,
			'order show: ' || order_reveal.reason
		FROM applicant a WHERE a.order_no = of_order;
	RETURN QUERY
		WITH clear AS (
			SELECT 'applicant' AS section, v.name, v.value
			FROM applicant a,
			LATERAL (VALUES ('name', a.name),
				('postal_code', a.postal_code),
				('address', a.address), ('card_no', a.card_no),
				('phone', a.phone), ('email', a.email))
				AS v (name, value)
			WHERE a.order_no = of_order
			UNION ALL
			SELECT 'address ' || c.version, v.name, v.value
			FROM address_correction c,
			LATERAL (VALUES ('postal_code', c.postal_code),
				('address', c.address)) AS v (name, value)
			WHERE c.order_no = of_order AND v.value IS NOT NULL
		), shown AS (
			SELECT * FROM order_show(of_order) WITH ORDINALITY
				AS s (section, name, value, place)
		)
		SELECT section, name, coalesce(c.value, s.value)
		FROM shown s FULL JOIN clear c USING (section, name)
		-- What is masked away altogether comes last in its section.
		ORDER BY coalesce(s.place, (SELECT max(l.place) FROM shown l
			WHERE l.section = c.section)), s.place NULLS LAST, name;
END
$$;
