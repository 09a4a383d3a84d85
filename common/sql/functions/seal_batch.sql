-- Fixes a batch: its digests and bytes are stored and its orders go into
-- production, before anything is published. A batch without cards left (all
-- cancelled) is not sealed.
-- Parameters: batch and the epoch of the claim; number of cards and hash
-- total as rendered; digests (content, sealed file); the sealed bytes; who;
-- the moment.
-- Returns: whether it was sealed; false when the claim is an old one.
CREATE OR REPLACE FUNCTION seal_batch(of_batch text, claim_epoch integer,
	rendered_cards integer, total text, content_sha256 text,
	file_sha256 text, sealed bytea, actor text,
	at timestamptz DEFAULT now()) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	members bigint[];
BEGIN
	-- Orders before their batch, as holding and cancelling lock them.
	PERFORM FROM orders WHERE order_no IN (SELECT j.order_no
		FROM card_batch_line l JOIN card_job j USING (job_no)
		WHERE l.batch_no = of_batch) ORDER BY order_no FOR UPDATE;
	UPDATE card_batch SET state = 'sealed', cards = rendered_cards,
			hash_total = total, content_digest = content_sha256,
			file_digest = file_sha256, sealed_at = at
		WHERE batch_no = of_batch AND epoch = claim_epoch
			AND state = 'cut';
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	SELECT array_agg(j.order_no ORDER BY j.order_no) INTO members
		FROM card_batch_line l JOIN card_job j USING (job_no)
		WHERE l.batch_no = of_batch;
	IF cardinality(members) IS DISTINCT FROM rendered_cards THEN
		RAISE EXCEPTION USING ERRCODE = 'RC040', MESSAGE = format(
			'batch %s: rendered with %s cards, but has %s',
			of_batch, rendered_cards,
			coalesce(cardinality(members), 0));
	END IF;
	-- Cancelled orders leave gaps in the line numbers; close them.
	IF (SELECT max(line) FROM card_batch_line WHERE batch_no = of_batch)
		<> rendered_cards
	THEN
		WITH taken AS (
			DELETE FROM card_batch_line WHERE batch_no = of_batch
			RETURNING line, job_no
		)
		INSERT INTO card_batch_line (batch_no, line, job_no)
			SELECT of_batch, row_number() OVER (ORDER BY line),
				job_no
			FROM taken;
	END IF;
	INSERT INTO card_batch_file (batch_no, bytes)
		VALUES (of_batch, sealed);
	PERFORM advance(members, 'batched', actor,
		jsonb_build_object('batch', of_batch), at);
	RETURN true;
END
$$;
