-- Fixes a batch: its digests and bytes are stored and its orders go into
-- production, before anything is published. A batch without cards left (all
-- cancelled) is not sealed.
-- Parameters: batch and the epoch of the claim; the link that was sealed in,
-- as claim_batch() gave it; number of cards and hash total as rendered;
-- digests (content, sealed file); the sealed bytes; subject of the signing
-- certificate; who; the moment.
-- Returns: whether it was sealed; false when the claim is an old one, or the
-- batch does not follow that link any more.
CREATE OR REPLACE FUNCTION seal_batch(of_batch text, claim_epoch integer,
	sealed_link text, rendered_cards integer, total text,
	content_sha256 text, file_sha256 text, sealed bytea, signed_by text,
	actor text, at timestamptz DEFAULT now()) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	members bigint[];
	former card_line;
BEGIN
	-- Orders before their batch, as holding and cancelling lock them.
	PERFORM FROM orders WHERE order_no IN (SELECT j.order_no
		FROM card_batch_line l JOIN card_job j USING (job_no)
		WHERE l.batch_no = of_batch) ORDER BY order_no FOR UPDATE;
	SELECT l.* INTO former FROM card_line l JOIN card_batch b USING (line)
		WHERE b.batch_no = of_batch FOR UPDATE OF l;
	IF former.stopped_at IS NOT NULL OR sealed_link IS DISTINCT FROM
		coalesce(former.chain_batch || ' ' || former.chain_digest, '-')
	THEN
		RETURN false;
	END IF;
	UPDATE card_batch SET state = 'sealed', cards = rendered_cards,
			hash_total = total, content_digest = content_sha256,
			file_digest = file_sha256, sealed_at = at,
			previous_no = former.chain_batch,
			chain_digest = chain_digest(former.chain_digest,
				of_batch, content_sha256),
			signer = signed_by
		WHERE batch_no = of_batch AND epoch = claim_epoch
			AND state = 'cut' AND held_at IS NULL;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	UPDATE card_line l SET chain_batch = b.batch_no,
			chain_digest = b.chain_digest
		FROM card_batch b
		WHERE b.batch_no = of_batch AND l.line = b.line;
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
