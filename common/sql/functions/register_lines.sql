-- Makes the configured card lines known as they are configured. Cards whose
-- names a line could not print are looked at again when its characters are
-- others than before.
-- Parameters: one array for each column, one element for each line.
-- Raises: RC060 when a series of numbers is another line's, or a line would
-- change its series.
CREATE OR REPLACE FUNCTION register_lines(names text[], all_series integer[],
	product_lists text[], batch_maxima integer[], batch_minima integer[],
	batch_waits interval[], cut_times text[], ack_patiences interval[],
	result_patiences interval[], character_sets text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	wanted record;
	known card_line;
BEGIN
	FOR wanted IN SELECT * FROM unnest(names, all_series, product_lists,
			batch_maxima, batch_minima, batch_waits, cut_times,
			ack_patiences, result_patiences, character_sets)
		AS w (line, series, products, batch_max, batch_min, batch_wait,
			cut_at, ack_patience, result_patience, characters)
		ORDER BY w.line
	LOOP
		SELECT * INTO known FROM card_line WHERE line = wanted.line
			FOR UPDATE;
		IF known.series <> wanted.series THEN
			RAISE EXCEPTION USING ERRCODE = 'RC060', MESSAGE = format(
				'line %s has series %s, not %s', wanted.line,
				known.series, wanted.series),
				HINT = 'a line keeps its series; a new line '
					'takes a new one';
		END IF;
		IF EXISTS (SELECT FROM card_line WHERE series = wanted.series
			AND line <> wanted.line)
		THEN
			RAISE EXCEPTION USING ERRCODE = 'RC060', MESSAGE = format(
				'series %s of line %s is that of line %s',
				wanted.series, wanted.line, (SELECT line
				FROM card_line WHERE series = wanted.series)),
				HINT = 'a series belongs to one line for ever';
		END IF;
		INSERT INTO card_line AS l (line, series, products, batch_max,
				batch_min, batch_wait, cut_at, ack_patience,
				result_patience, characters)
			VALUES (wanted.line, wanted.series,
				wanted.products::text[], wanted.batch_max,
				wanted.batch_min, wanted.batch_wait,
				wanted.cut_at::time[], wanted.ack_patience,
				wanted.result_patience,
				wanted.characters::int4multirange)
			ON CONFLICT (line) DO UPDATE SET
				products = excluded.products,
				batch_max = excluded.batch_max,
				batch_min = excluded.batch_min,
				batch_wait = excluded.batch_wait,
				cut_at = excluded.cut_at,
				ack_patience = excluded.ack_patience,
				result_patience = excluded.result_patience,
				characters = excluded.characters
			WHERE (l.products, l.batch_max, l.batch_min,
					l.batch_wait, l.cut_at, l.ack_patience,
					l.result_patience, l.characters)
				IS DISTINCT FROM (excluded.products,
					excluded.batch_max, excluded.batch_min,
					excluded.batch_wait, excluded.cut_at,
					excluded.ack_patience,
					excluded.result_patience,
					excluded.characters);
		IF known.characters IS DISTINCT FROM
			wanted.characters::int4multirange
		THEN
			UPDATE card_job SET unprintable_on =
					array_remove(unprintable_on, wanted.line)
				WHERE state = 'queued'
					AND wanted.line = ANY (unprintable_on);
		END IF;
	END LOOP;
END
$$;
