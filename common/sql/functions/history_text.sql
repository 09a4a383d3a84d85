-- The seal of a day as it is signed; without its last line, which has the
-- SHA-256 of what stands before it.
CREATE OR REPLACE FUNCTION history_text(of_day date, moves bigint,
	moves_digest text, acts bigint, acts_digest text, looks bigint,
	looks_digest text, previous text) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT format(E'H,RECARD-HISTORY,1,%s,%s\nD,moves,%s,%s\nD,acts,%s,%s\n'
		'D,looks,%s,%s\n', to_char(of_day, 'YYYY-MM-DD'), previous, moves,
		moves_digest, acts, acts_digest, looks, looks_digest)
$$;
