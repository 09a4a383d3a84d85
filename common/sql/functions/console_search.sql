-- Finds orders by their number, by a tracking number, or by a card number: of
-- an open order's old card, or of the new one. A look by card is a look at a
-- person's data, which is recorded for each order it finds.
-- Parameters: SHA-256 of the searcher's certificate; what he wrote; the
-- moment.
-- Returns: at most 20 orders, the newest first; none to who may not search.
CREATE OR REPLACE FUNCTION console_search(identity text, wanted text,
	at timestamptz DEFAULT now())
RETURNS TABLE (order_no text, product text, status text, moved_at timestamptz,
	found_by text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	who text;
	by_number bigint[];
	by_post bigint[];
	by_card bigint[];
BEGIN
	SELECT o.operator INTO who FROM operator_in_force(identity, at) AS o
		WHERE console_may(identity, 'search', console_search.at);
	IF who IS NULL THEN
		RETURN;
	END IF;
	-- As people copy and type them.
	wanted := upper(regexp_replace(wanted, '[[:space:]-]', '', 'g'));
	IF wanted ~ '^[A-Z]{2}[0-9]{14}$' THEN
		by_card := ARRAY(SELECT a.order_no FROM applicant a
				WHERE a.card_no = wanted AND a.open
			UNION SELECT j.order_no FROM card_job j
				WHERE j.new_card_no = wanted);
		INSERT INTO access_record (at, actor, order_no, purpose)
			SELECT console_search.at, who, found, 'search by card'
			FROM unnest(by_card) AS found;
	ELSE
		by_number := ARRAY[order_number(wanted)];
		by_post := ARRAY(SELECT i.order_no FROM mail_item i
			WHERE left(i.tracking_no, 14) = left(wanted, 14)
				AND i.tracking_no = wanted
			ORDER BY i.posted_on DESC LIMIT 20);
	END IF;
	RETURN QUERY SELECT order_text(o.order_no), o.product, o.status::text,
			o.moved_at, CASE WHEN o.order_no = ANY (by_number)
				THEN 'order_no' WHEN o.order_no = ANY (by_post)
				THEN 'tracking_no' ELSE 'card_no' END
		FROM orders o
		WHERE o.order_no = ANY (by_number || by_post || by_card)
		ORDER BY o.order_no DESC LIMIT 20;
END
$$;
