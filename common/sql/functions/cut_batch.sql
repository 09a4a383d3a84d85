-- Cuts one card batch of one product for one line from the queued jobs,
-- presorted as the labels are (postal code, then order number). Orders whose
-- holder's certificate is not valid any more are held instead; names that the
-- line cannot print are left for another line, or become an exception.
-- Parameters: line; the cause when it is not for the line's own rules to say
-- ('hand', 'drain'; NULL: they say); product, NULL: whichever has waited
-- longest; who; the moment.
-- Returns: the batch number, or NULL when it is not time.
CREATE OR REPLACE FUNCTION cut_batch(of_line text, forced text,
	of_product text, actor text, at timestamptz DEFAULT now()) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	card_line card_line;
	ready record;
	jobs bigint[];
	unfit bigint[];
	made_no text;
BEGIN
	-- One cutter of a line at a time: whoever comes second finds what is
	-- left.
	SELECT * INTO card_line FROM card_line l WHERE l.line = of_line
		FOR UPDATE;
	IF card_line.line IS NULL OR card_line.stopped_at IS NOT NULL THEN
		RETURN NULL;
	END IF;
	IF card_line.last_number = 99999 THEN
		RAISE EXCEPTION USING ERRCODE = 'RC061', MESSAGE = format(
			'line %s: its series of numbers is used up', of_line),
			HINT = 'configure the line under a new name and series';
	END IF;
	LOOP
		SELECT w.product, least(w.stock, card_line.batch_max) AS at_most,
				coalesce(forced, w.cause) AS cause INTO ready
			FROM line_waiting(of_line, at) AS w
			WHERE w.product = coalesce(of_product, w.product)
				AND w.stock IS DISTINCT FROM 0
				AND coalesce(forced, w.cause) IS NOT NULL
			ORDER BY w.since LIMIT 1;
		IF NOT FOUND THEN
			RETURN NULL;
		END IF;
		SELECT array_agg(job_no) INTO jobs FROM (
			SELECT j.job_no
			FROM card_job j JOIN orders o USING (order_no)
			WHERE j.state = 'queued' AND NOT o.held
				AND o.product = ready.product
				AND NOT of_line = ANY (j.unprintable_on)
			ORDER BY j.job_no LIMIT ready.at_most
			FOR UPDATE OF j, o SKIP LOCKED) AS locked;
		IF jobs IS NULL THEN
			RETURN NULL;
		END IF;
		unfit := cut_unfit(of_line, jobs, actor, at);
		EXIT WHEN unfit IS NULL;
		jobs := ARRAY(SELECT unnest(jobs) EXCEPT SELECT unnest(unfit));
		EXIT WHEN jobs <> '{}';
	END LOOP;
	UPDATE card_line l SET last_number = last_number + 1
		WHERE l.line = of_line RETURNING * INTO card_line;
	made_no := format('CB-%s-%s%s', to_char(taipei_date(at), 'YYYYMMDD'),
		card_line.series, lpad(card_line.last_number::text, 5, '0'));
	INSERT INTO card_batch (batch_no, sequence, line, product, valid_from,
			valid_to, created_at, cut_by, cause)
		SELECT made_no, right(made_no, 6)::integer, of_line, p.product,
			taipei_date(at),
			taipei_date(at) + make_interval(years => p.valid_years),
			at, actor, ready.cause
		FROM product p WHERE p.product = ready.product;
	INSERT INTO card_batch_line (batch_no, line, job_no)
		SELECT made_no, row_number() OVER (ORDER BY
			a.postal_code COLLATE "C", j.order_no), j.job_no
		FROM card_job j JOIN applicant a USING (order_no)
		WHERE j.job_no = ANY (jobs);
	UPDATE card_job SET state = 'batched' WHERE job_no = ANY (jobs);
	-- Another line could print them, or this one learned to.
	UPDATE exception SET closed_at = at, closed_by = actor,
			resolution = 'in batch ' || made_no
		WHERE kind = 'card' AND closed_at IS NULL
			AND reason LIKE 'unprintable %'
			AND subject = ANY (jobs::text[]);
	RETURN made_no;
END
$$;
