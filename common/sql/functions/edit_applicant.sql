-- Changes an unpaid order's delivery data. The table itself refuses it once
-- the order is paid.
-- Parameters: order; {postal_code?, address?, phone?, email?}; who.
CREATE OR REPLACE FUNCTION edit_applicant(edited_order bigint, changes jsonb,
	actor text, at timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
BEGIN
	IF changes - ARRAY['postal_code', 'address', 'phone', 'email'] <> '{}'
		OR changes = '{}'
	THEN
		RAISE EXCEPTION USING ERRCODE = 'RC010', MESSAGE =
			'bad_change: postal_code, address, phone and email can '
			'be changed, and one of them must be';
	END IF;
	-- The order first, then the applicant: purging locks in this order.
	PERFORM FROM orders WHERE order_no = edited_order FOR SHARE;
	UPDATE applicant SET
			postal_code = coalesce(changes ->> 'postal_code',
				postal_code),
			address = coalesce(changes ->> 'address', address),
			phone = coalesce(changes ->> 'phone', phone),
			email = coalesce(changes ->> 'email', email)
		WHERE order_no = edited_order;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC020', MESSAGE = format(
			'order %s: no such order, or purged',
			order_text(edited_order));
	END IF;
	PERFORM act(actor, 'edit', order_text(edited_order),
		(SELECT string_agg(key, ' ' ORDER BY key)
			FROM jsonb_object_keys(changes) AS key), at);
END
$$;
