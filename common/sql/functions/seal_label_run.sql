-- Fixes a run before its file is published: the digest of the file, and
-- which labels are on it. Labels that cannot be printed go to the worklist.
-- Parameters: run and epoch of the claim; SHA-256, labels and sheets of the
-- file; labels that are not on it and why; who; the moment.
-- Returns: whether it was sealed; false when the claim is an old one, or a
-- label was voided while it was rendered.
CREATE OR REPLACE FUNCTION seal_label_run(of_run text, claim_epoch integer,
	file_sha256 text, rendered_labels integer, rendered_sheets integer,
	blocked_labels bigint[], blocked_reasons text[], actor text,
	at timestamptz DEFAULT now()) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	IF NOT take_off_run(of_run, claim_epoch, blocked_labels,
		blocked_reasons, at)
	THEN
		RETURN false;
	END IF;
	IF (SELECT count(*) FROM label WHERE run_no = of_run) <> rendered_labels
	THEN
		-- Take the exceptions along, render the rest again.
		RETURN false;
	END IF;
	UPDATE label_run SET state = 'sealed', digest = file_sha256,
			labels = rendered_labels, sheets = rendered_sheets,
			sealed_at = at
		WHERE run_no = of_run;
	RETURN true;
END
$$;
