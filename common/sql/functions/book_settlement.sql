-- Books one settlement file whole, its lines copied into payment_staging by
-- this session before: every line into the ledger (book_staged()), then the
-- feed's watermark, as far as the sequence has no gap.
-- Parameters: file (name, SHA-256, size); its header; who; the moment.
-- Returns: one row: import_id (NULL: seen before, nothing changed), rows,
-- applied, exceptions (applied lines that settled no order), duplicate,
-- rejected, missing_sequence (first one not in yet, NULL when there is no
-- gap), covered_until.
-- Raises: RC030 when the channel is unknown, the sequence number belongs
-- to another file, or the file covers a time to come.
CREATE OR REPLACE FUNCTION book_settlement(file_name text, file_digest text,
	file_size bigint, of_channel text, on_day date, file_sequence bigint,
	file_covers timestamptz, actor text, at timestamptz DEFAULT now(),
	OUT import_id bigint, OUT rows bigint, OUT applied bigint,
	OUT exceptions bigint, OUT duplicate bigint, OUT rejected bigint,
	OUT missing_sequence bigint, OUT covered_until timestamptz)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	me constant integer := pg_backend_pid();
	feed payment_feed;
	file bigint;
	top bigint;
	counts record;
BEGIN
	-- No key update: notices of the channel are booked meanwhile.
	SELECT * INTO feed FROM payment_feed f WHERE f.channel = of_channel
		FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC030', MESSAGE =
			'unknown_channel: no payment feed of this name',
			HINT = 'add it to payment_feed and product_feed';
	END IF;
	file := import_open('settlement', file_name, file_digest, file_size,
		actor, at);
	IF file IS NULL THEN
		DELETE FROM payment_staging WHERE loader = me;
		RETURN;
	END IF;
	IF EXISTS (SELECT FROM settlement_file s WHERE s.channel = of_channel
		AND s.sequence = file_sequence)
	THEN
		RAISE EXCEPTION USING ERRCODE = 'RC030', MESSAGE = format(
			'sequence_used: sequence %s of channel %s came in '
			'another file before', file_sequence, of_channel),
			HINT = 'ask the payment service which file is right';
	END IF;
	-- It would let the purge run ahead of the news.
	IF file_covers > greatest(at, now()) + interval '1 day' THEN
		RAISE EXCEPTION USING ERRCODE = 'RC030', MESSAGE =
			'covers_future: covered_until is more than a day ahead',
			HINT = 'ask the payment service for a right file';
	END IF;
	UPDATE payment_staging SET channel = of_channel WHERE loader = me;
	IF (SELECT count(*) FROM payment_staging WHERE loader = me) > 5000 THEN
		ANALYZE payment_staging;
	END IF;
	SELECT * INTO counts FROM book_staged('settlement', file, actor,
		jsonb_build_object('channel', of_channel, 'file', file_name), at);

	INSERT INTO settlement_file (channel, sequence, business_date,
			covered_until, import_id)
		VALUES (of_channel, file_sequence, on_day, file_covers, file);
	-- The end of the unbroken run that starts where the feed stood.
	SELECT max(s.sequence) INTO top FROM (
		SELECT sequence, sequence - row_number() OVER (ORDER BY sequence)
			- coalesce(feed.last_sequence,
				feed.first_sequence - 1) AS offset_of
		FROM settlement_file
		WHERE channel = of_channel AND sequence
			> coalesce(feed.last_sequence, feed.first_sequence - 1)
		) AS s WHERE s.offset_of = 0;
	UPDATE payment_feed f SET last_file_at = at,
			last_sequence = coalesce(top, f.last_sequence),
			covered_until = greatest(f.covered_until, (SELECT
				max(s.covered_until) FROM settlement_file s
				WHERE s.channel = of_channel
					AND s.sequence <= top))
		WHERE f.channel = of_channel
		RETURNING f.covered_until, coalesce(f.last_sequence,
			f.first_sequence - 1) INTO covered_until, top;
	IF EXISTS (SELECT FROM settlement_file s WHERE s.channel = of_channel
		AND s.sequence > top)
	THEN
		missing_sequence := top + 1;
	END IF;

	duplicate := counts.duplicate;
	exceptions := counts.exceptions;
	applied := counts.settled + counts.exceptions + counts.noted;
	rejected := 0;
	rows := applied + duplicate;
	UPDATE import i SET rows = book_settlement.rows,
			applied = book_settlement.applied,
			duplicate = book_settlement.duplicate
		WHERE i.import_id = file;
	DELETE FROM payment_staging WHERE loader = me;
	import_id := file;
END
$$;
