-- Begins a session for whoever answered a challenge with his card and entered
-- his ID. The portal has checked the signature; here is checked what only the
-- register knows, and what must hold over all instances.
-- Parameters: SHA-256 of the secret in the cookie; the challenge that was
-- signed; number and serial of the card, from what it signed; ID, as entered
-- (session setting recard.holder_key); for how long the session may idle; the
-- moment.
-- Returns: {"name": masked, "card": {"card_no": masked, "not_after", "status"}},
-- or {"refused": {"code", "text", "way_out"}}: a refusal is an answer and no
-- error, since the challenge is used up and a wrong ID counted all the same.
CREATE OR REPLACE FUNCTION citizen_login(session bytea, challenge bytea,
	card_no text, serial text, holder_id text, idle interval,
	at timestamptz DEFAULT now()) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	card record;
	code text;
	words text;
	way_out text := 'call customer service';
BEGIN
	INSERT INTO login_challenge_used (challenge, used_at)
		VALUES (citizen_login.challenge, citizen_login.at)
		ON CONFLICT DO NOTHING;
	IF NOT FOUND THEN
		RETURN jsonb_build_object('refused', jsonb_build_object(
			'code', 'challenge_used', 'text', 'this challenge was '
			'answered before', 'way_out', 'log in again'));
	END IF;
	-- One log-in of a card at a time, so that its limits hold.
	SELECT * INTO card FROM certificate c
		WHERE c.card_no = citizen_login.card_no FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		code := 'unknown_card';
		words := 'the register knows no such card';
	ELSIF (SELECT count(*) FROM login_attempt l
		WHERE l.card_no = card.card_no AND l.outcome = 'wrong_id'
			AND l.at > citizen_login.at - interval '1 hour') >= 5
	THEN
		code := 'too_many_wrong_ids';
		words := 'a wrong ID was entered five times with this card';
		way_out := 'try again in an hour, or call customer service';
	ELSIF (SELECT count(*) FROM login_attempt l
		WHERE l.card_no = card.card_no AND l.outcome = 'done'
			AND l.at > citizen_login.at - interval '10 minutes') >= 10
	THEN
		code := 'too_many_logins';
		words := 'this card has logged in ten times in ten minutes';
		way_out := 'try again in ten minutes';
	ELSIF card.holder_hash <> holder_hash(holder_id) THEN
		INSERT INTO login_attempt VALUES (card.card_no, at, 'wrong_id');
		code := 'holder_mismatch';
		words := 'the card belongs to another ID';
		way_out := 'check the ID for a slip';
	ELSIF ltrim(upper(card.serial), '0')
		<> ltrim(upper(citizen_login.serial), '0')
	THEN
		code := 'serial_mismatch';
		words := 'the register knows another certificate on this card';
	ELSIF card.status NOT IN ('valid', 'inactive') THEN
		code := 'card_' || card.status;
		words := 'the card is ' || card.status;
		way_out := 'go to the household registration office counter';
	ELSIF taipei_date(at) > card.not_after THEN
		code := 'card_expired';
		words := 'the card has expired, and nobody logs in with it';
		way_out := 'customer service looks up an order that is under '
			'way; for a new card go to the household registration '
			'office counter';
	ELSIF card.status = 'inactive' AND NOT EXISTS (SELECT FROM card_job j
			JOIN orders o USING (order_no)
			WHERE j.new_card_no = card.card_no AND j.state = 'made'
				AND o.status IN ('mailed', 'delivered'))
	THEN
		code := 'card_inactive';
		words := 'the card is not activated, and waits for nothing '
			'that could be done here';
	END IF;
	IF code IS NOT NULL THEN
		RETURN jsonb_build_object('refused', jsonb_build_object(
			'code', code, 'text', words, 'way_out', way_out));
	END IF;
	INSERT INTO login_attempt VALUES (card.card_no, at, 'done');
	INSERT INTO citizen_session (session, card_no, holder_hash, begun_at,
			seen_at, idle)
		VALUES (citizen_login.session, card.card_no, card.holder_hash,
			at, at, idle);
	RETURN jsonb_build_object('name', mask(card.name), 'card',
		jsonb_build_object('card_no', mask_card(card.card_no),
			'not_after', card.not_after, 'status', card.status));
END
$$;
