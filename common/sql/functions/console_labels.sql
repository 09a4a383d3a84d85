-- What is printed on an order's valid label, or on a sheet of a run, as of
-- label_preview(); each is a look at personal data, which is recorded.
-- Parameters: SHA-256 of the certificate; order, or run and sheet from 1, the
-- others NULL; why; the moment.
-- Raises: RC075 when he may not; console_authorise() is to be asked first.
CREATE OR REPLACE FUNCTION console_labels(identity text, of_order bigint,
	of_run text, of_sheet integer, purpose text,
	at timestamptz DEFAULT now())
RETURNS TABLE (layout text, cell integer, order_no text, postal_code text,
	address text, name text, copy_no integer, mail_no text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	who text;
BEGIN
	SELECT o.operator INTO who
		FROM operator_in_force(identity, console_labels.at) AS o
		WHERE console_may(identity, CASE WHEN of_run IS NULL
			THEN 'label_preview' ELSE 'sheet_preview' END,
			console_labels.at);
	IF who IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'RC075',
			MESSAGE = 'personal data is not for your role';
	END IF;
	RETURN QUERY SELECT p.layout, p.cell, p.order_no, p.postal_code,
			p.address, p.name, p.copy_no, p.mail_no
		FROM label_preview(of_order, of_run, of_sheet, who,
			'console: ' || purpose, console_labels.at) AS p;
END
$$;
