-- Whether a notice is still so. What is over and done with is told always:
-- that an order was paid, activated, cancelled, closed.
-- Parameters: notice's kind; whether a later one of its kind is there; whether
-- the applicant is known; the order's status, whether it is held, its
-- deadline; when a claim made now would end; the moment.
-- Returns: NULL, when it may be sent; 'held', when not now; else why never:
-- 'no_applicant', 'overtaken', 'too_late'.
CREATE OR REPLACE FUNCTION notice_moot(of_kind text, repeated boolean,
	known boolean, status order_status, held boolean, pay_by timestamptz,
	claimed_until timestamptz, at timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT CASE
		WHEN NOT known THEN 'no_applicant'
		WHEN of_kind = 'reminder' AND status <> 'unpaid' THEN 'overtaken'
		-- From then on the order may be purged; nobody writes to
		-- somebody whose data is gone.
		WHEN of_kind = 'reminder' AND pay_by <= claimed_until
			THEN 'too_late'
		-- An order that is held is not purged.
		WHEN of_kind = 'reminder' AND held THEN 'held'
		WHEN of_kind IN ('produced', 'mailed', 'delivered', 'returned')
			AND (repeated OR status::text <> of_kind) THEN 'overtaken'
		END
$$;
