-- Gives advance() to the one role whose status updates the table accepts.
-- Run by the administrator, last.
GRANT CREATE ON SCHEMA recard TO recard_mover;
ALTER FUNCTION recard.advance(bigint[], text, text, jsonb, timestamptz)
	OWNER TO recard_mover;
REVOKE CREATE ON SCHEMA recard FROM recard_mover;
REVOKE ALL ON FUNCTION recard.advance(bigint[], text, text, jsonb, timestamptz)
	FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
	recard.advance(bigint[], text, text, jsonb, timestamptz)
	TO recard_owner;
