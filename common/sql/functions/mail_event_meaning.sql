-- What the post's event code says of a letter.
-- Returns: 'delivered', 'returned' (to us), 'undelivered' (a delivery is
-- taken back), 'waiting' (for pick-up), 'returning' (on its way back), or
-- NULL: on its way.
CREATE OR REPLACE FUNCTION mail_event_meaning(code text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
	SELECT CASE
		WHEN code IN ('I1', 'I2', 'I3', 'I4', 'I5') THEN 'delivered'
		WHEN code IN ('I7', 'I8', 'I9', 'IL') THEN 'returned'
		WHEN code IN ('V1', 'V2', 'V5', 'V6', 'VL') THEN 'undelivered'
		WHEN code = 'G2' THEN 'waiting'
		WHEN code LIKE 'T_' OR code ~ '^[GHWXYZ][789]$' THEN 'returning'
	END
$$;
