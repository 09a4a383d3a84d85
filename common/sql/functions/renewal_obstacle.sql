-- Why a card cannot be renewed online: the first reason, with what to do
-- instead. One set of rules for whoever asks.
-- Returns: NULLs when it can.
CREATE OR REPLACE FUNCTION renewal_obstacle(of_card text, of_product text,
	at timestamptz DEFAULT now(),
	OUT code text, OUT words text, OUT way_out text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	card record;
	days integer;
	today CONSTANT date := taipei_date(at);
	counter CONSTANT text := 'go to the household registration office '
		'counter';
BEGIN
	SELECT renew_days INTO days FROM product WHERE product = of_product;
	IF NOT FOUND THEN
		code := 'unknown_product';
		words := 'no such product';
		way_out := 'moica is the citizen digital certificate';
		RETURN;
	END IF;
	SELECT * INTO card FROM certificate WHERE card_no = of_card;
	IF NOT FOUND THEN
		code := 'unknown_card';
		words := 'the CA knows no such card';
		way_out := 'check card_no, or import the certificate first';
	ELSIF card.status <> 'valid' THEN
		code := 'card_' || card.status;
		words := 'the card is ' || card.status;
		way_out := CASE card.status WHEN 'inactive'
			THEN 'activate it first' ELSE counter END;
	ELSIF today > card.not_after THEN
		code := 'card_expired';
		words := 'the card has expired and can no longer be renewed '
			'online';
		way_out := counter;
	ELSIF today < card.not_after - days THEN
		code := 'too_early';
		words := '此卡號無法作線上申辦新憑證。訊息代碼：45';
		way_out := format('renewal opens %s days before the card expires',
			days);
	ELSIF (SELECT count(*) FROM certificate c
		WHERE c.holder_hash = card.holder_hash AND c.status = 'valid'
			AND c.rank = 'primary' AND c.not_after >= today) >= 2
	THEN
		code := 'two_primary_cards';
		words := '此身份證號目前有效正卡數超過 2 張';
		way_out := 'one of the cards must be revoked or expire first';
	ELSIF EXISTS (SELECT FROM applicant a
		WHERE a.card_no = of_card AND a.open)
	THEN
		code := 'open_order';
		words := 'this card already has an order under way';
		way_out := 'follow or cancel that order';
	END IF;
END
$$;
