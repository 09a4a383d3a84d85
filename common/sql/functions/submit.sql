-- Takes one application that says whose it is: from an import, or from
-- somebody else's portal.
-- Parameters: the application (request_id, product, card_no, holder_id,
-- name, postal_code, address, phone, email; user_code, or user_code_hash in
-- its place when the program has hashed the code itself; optional applied_at
-- for imports; language of mail, zh-Hant or en); the moment.
-- Returns: {"order_no", "outcome": "created"|"repeated", "amount", "pay_by",
-- "outlying_island", "warnings": [...]}.
-- Raises: RC010 'code: text' when a rule refuses it, RC001 without a key.
CREATE OR REPLACE FUNCTION submit(application jsonb,
	at timestamptz DEFAULT now()) RETURNS jsonb
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT recard.take_application(application, NULL, session_user, at)
$$;
