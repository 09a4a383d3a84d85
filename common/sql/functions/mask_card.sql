-- A card number as it is shown to somebody who need not see it: the letters and
-- the last four digits.
CREATE OR REPLACE FUNCTION mask_card(card_no text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
	SELECT left(card_no, 2) || repeat('○', 10) || right(card_no, 4)
$$;
