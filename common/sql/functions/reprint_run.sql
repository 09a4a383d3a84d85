-- Prints a run, or a sheet of it, again: each label that is still valid is
-- voided and has a next copy, which comes in a new run. One recorded act.
-- Parameters: run; sheet from 1, NULL: all; who; why; the moment.
-- Returns: each label of it and what came of it: reprinted (and the new
-- copy's number), void already, or in_the_post.
-- Raises: RC066 when there is no such run or sheet, when its file is not out
-- yet, or when nothing of it can be printed again.
CREATE OR REPLACE FUNCTION reprint_run(of_run text, of_sheet integer,
	actor text, reason text, at timestamptz DEFAULT now())
RETURNS TABLE (order_no text, copy_no integer, outcome text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	known label_run;
	wanted bigint[];
	copies jsonb;
BEGIN
	known := run_known(of_run);
	IF known.state <> 'published' THEN
		RAISE EXCEPTION USING ERRCODE = 'RC066', MESSAGE = format(
			'run %s is %s: its file is not out yet', of_run,
			known.state), HINT = 'single labels can be printed again '
			'with label reprint ORDER';
	END IF;
	SELECT array_agg(l.label_no ORDER BY l.label_no) INTO wanted
		FROM run_labels(of_run) l
		WHERE of_sheet IS NULL OR l.sheet = of_sheet;
	IF wanted IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'RC066', MESSAGE = format(
			'run %s has no sheet %s', of_run, of_sheet),
			HINT = format('it has %s', known.sheets);
	END IF;
	SELECT jsonb_object_agg(r.order_no, r.copy_no) INTO copies
		FROM replace_labels((SELECT array_agg(l.order_no) FROM label l
			WHERE l.label_no = ANY (wanted) AND l.state <> 'void'),
			NULL, actor, reason, at) r;
	IF copies IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'RC066', MESSAGE = format(
			'run %s: nothing of it can be printed again', of_run),
			HINT = 'its labels are void, or in the post';
	END IF;
	-- Whatever comes out of the printer now is void.
	UPDATE print_job SET state = 'replaced', look_at = NULL, ended_at = at,
			ended_by = actor
		WHERE of_sheet IS NULL AND run_no = of_run AND ended_at IS NULL;
	UPDATE exception SET closed_at = at, closed_by = actor,
			resolution = 'reprinted'
		WHERE of_sheet IS NULL AND kind = 'print' AND subject = of_run
			AND closed_at IS NULL;
	PERFORM act(actor, 'reprint', concat_ws(' sheet ', of_run, of_sheet),
		reason, at);
	RETURN QUERY SELECT order_text(l.order_no),
			(copies ->> l.order_no::text)::integer,
			CASE WHEN copies ? l.order_no::text THEN 'reprinted'
			WHEN l.state = 'void' THEN 'void'
			ELSE 'in_the_post' END
		FROM label l WHERE l.label_no = ANY (wanted)
		ORDER BY l.place;
END
$$;
