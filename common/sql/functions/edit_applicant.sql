-- Changes an unpaid order's delivery data. The table itself refuses it once
-- the order is paid.
-- Parameters: order; {postal_code?, address?, phone?, email?}; who.
-- Returns: as check_address() of what it is now.
CREATE OR REPLACE FUNCTION edit_applicant(edited_order bigint, changes jsonb,
	actor text, at timestamptz DEFAULT now(),
	OUT island boolean, OUT fits boolean)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	field text;
	wanted record;
BEGIN
	IF jsonb_typeof(changes) IS DISTINCT FROM 'object' OR changes
			- ARRAY['postal_code', 'address', 'phone', 'email'] <> '{}'
		OR changes = '{}'
	THEN
		PERFORM refuse('bad_change', 'postal_code, address, phone and '
			'email can be changed, and one of them must be',
			'see recard-files(5)');
	END IF;
	FOR field IN SELECT jsonb_object_keys(changes) LOOP
		IF jsonb_typeof(changes -> field) <> 'string'
			OR btrim(changes ->> field) = ''
		THEN
			PERFORM refuse('missing_' || field,
				'field ' || field || ' is missing or no text',
				'give every field as text');
		END IF;
	END LOOP;
	-- The order first, then the applicant: purging locks in this order.
	PERFORM FROM orders WHERE order_no = edited_order FOR SHARE;
	SELECT coalesce(changes ->> 'postal_code', a.postal_code)
				AS postal_code,
			coalesce(changes ->> 'address', a.address) AS address,
			coalesce(changes ->> 'phone', a.phone) AS phone,
			coalesce(changes ->> 'email', a.email) AS email
		INTO wanted FROM applicant a WHERE a.order_no = edited_order
		FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC020', MESSAGE = format(
			'order %s: no such order, or purged',
			order_text(edited_order));
	END IF;
	SELECT d.island, d.fits INTO island, fits
		FROM check_delivery(wanted.postal_code, wanted.address,
			wanted.phone, wanted.email) AS d;
	UPDATE applicant SET (postal_code, address, phone, email)
			= (wanted.postal_code, wanted.address, wanted.phone,
				wanted.email)
		WHERE order_no = edited_order;
	PERFORM act(actor, 'edit', order_text(edited_order),
		(SELECT string_agg(key, ' ' ORDER BY key)
			FROM jsonb_object_keys(changes) AS key), at);
END
$$;
