-- Holds a card and a label against each other at the packing table: whether
-- they are the order's live card and valid label, of one address, and may go
-- out now. What came of it is recorded, with the actor, when the order is one
-- of ours; the same pair again is good again.
-- Parameters: number of the order on the label; number of the new card; the
-- copy number printed on the label (NULL: none is); who; the moment.
-- Returns: whether they belong together; a code; the copy that is valid, and
-- the attempt of the card, where they are known.
CREATE OR REPLACE FUNCTION pack_card(of_order bigint, of_card text,
	of_copy integer, actor text, at timestamptz DEFAULT now(),
	OUT packed boolean, OUT code text, OUT valid_copy integer,
	OUT card_attempt integer)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	known orders;
	valid label;
	card card_job;
BEGIN
	packed := false;
	SELECT * INTO known FROM orders o WHERE o.order_no = of_order
		FOR UPDATE;
	IF NOT FOUND THEN
		code := 'order_unknown';
		RETURN;
	END IF;
	SELECT * INTO valid FROM label l WHERE l.order_no = of_order
		AND l.state <> 'void';
	SELECT * INTO card FROM card_job j WHERE j.new_card_no = of_card;
	valid_copy := valid.copy_no;
	IF card.order_no = of_order THEN
		card_attempt := card.attempt;
	END IF;
	code := CASE
		WHEN card.job_no IS NULL THEN 'card_unknown'
		WHEN card.order_no <> of_order THEN 'card_of_another_order'
		WHEN card.state <> 'made' THEN 'card_void'
		WHEN known.held THEN 'order_held'
		WHEN known.status <> 'produced' THEN 'order_not_produced'
		WHEN valid.label_no IS NULL THEN 'label_void'
		WHEN coalesce(of_copy, 1) < valid.copy_no THEN 'label_void'
		WHEN coalesce(of_copy, 1) > valid.copy_no THEN 'label_unknown'
		WHEN valid.state <> 'printed' THEN 'label_not_printed'
		WHEN valid.address_digest <> card.address_digest
			THEN 'address_differs'
		ELSE 'packed' END;
	packed := code = 'packed';
	INSERT INTO packing (at, actor, order_no, outcome, label_no, job_no)
		VALUES (pack_card.at, pack_card.actor, of_order, code,
			valid.label_no, card.job_no)
		ON CONFLICT (label_no) WHERE outcome = 'packed' DO NOTHING;
END
$$;
