-- Cuts one card batch of one product from the queued jobs, presorted as the
-- labels are (postal code, then order number).
-- Parameters: at most how many cards; cut when at least so many wait, or
-- when the oldest has waited so long; who; the moment.
-- Returns: the batch number, or NULL when it is not time.
CREATE OR REPLACE FUNCTION cut_batch(at_most integer, min_cards integer,
	max_age interval, actor text, at timestamptz DEFAULT now()) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	ready record;
	jobs bigint[];
	made record;
BEGIN
	-- One cutter at a time: whoever comes second finds what is left.
	PERFORM FROM counter WHERE name = 'card_batch' FOR UPDATE;
	SELECT o.product INTO ready
		FROM card_job j JOIN orders o USING (order_no)
		WHERE j.state = 'queued' AND NOT o.held
		GROUP BY o.product
		HAVING count(*) >= min_cards
			OR min(j.queued_at) <= at - max_age
		ORDER BY min(j.queued_at) LIMIT 1;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	SELECT array_agg(job_no) INTO jobs FROM (
		SELECT j.job_no FROM card_job j JOIN orders o USING (order_no)
		WHERE j.state = 'queued' AND NOT o.held
			AND o.product = ready.product
		ORDER BY j.job_no LIMIT at_most
		FOR UPDATE OF j, o SKIP LOCKED) AS locked;
	IF jobs IS NULL THEN
		RETURN NULL;
	END IF;
	made := next_number('card_batch', 'CB', at);
	INSERT INTO card_batch (batch_no, sequence, product, valid_from,
			valid_to, created_at)
		SELECT made.number, made.sequence, p.product, taipei_date(at),
			taipei_date(at) + make_interval(years => p.valid_years),
			at
		FROM product p WHERE p.product = ready.product;
	INSERT INTO card_batch_line (batch_no, line, job_no)
		SELECT made.number, row_number() OVER (ORDER BY
			a.postal_code COLLATE "C", j.order_no), j.job_no
		FROM card_job j JOIN applicant a USING (order_no)
		WHERE j.job_no = ANY (jobs);
	UPDATE card_job SET state = 'batched' WHERE job_no = ANY (jobs);
	RETURN made.number;
END
$$;
