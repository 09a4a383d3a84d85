-- Gives the labels of a run mail numbers of a series that the post allotted,
-- each the next one, none twice, until there are no more.
-- Parameters: run; 6 digits of the office and 2 of the kind; first and last
-- serial.
CREATE OR REPLACE FUNCTION allot_mail_numbers(of_run text, office text,
	first_serial integer, last_serial integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	series text := format('mail_no %s %s-%s', office, first_serial,
		last_serial);
	used bigint;
BEGIN
	-- Whoever cuts runs holds the lock of their counter.
	INSERT INTO counter (name, value) VALUES (series, first_serial - 1)
		ON CONFLICT (name) DO NOTHING;
	SELECT value INTO used FROM counter WHERE name = series FOR UPDATE;
	WITH allotted AS (
		UPDATE label l SET mail_no = lpad((used + n.nth)::text, 6, '0')
				|| office
			FROM (SELECT label_no, row_number() OVER (ORDER BY place)
					AS nth
				FROM label WHERE run_no = of_run
					AND mail_no IS NULL) AS n
			WHERE l.label_no = n.label_no
				AND used + n.nth <= last_serial
			RETURNING 1
	)
	UPDATE counter SET value = value + (SELECT count(*) FROM allotted)
		WHERE name = series;
END
$$;
