-- Makes an order of an application, with every check there is: what submit()
-- and citizen_apply() are two doors of.
-- Parameters: the application, as in submit(); the holder, when he is known
-- already: it names none then, and its request_id is one among his own; NULL:
-- it names him in holder_id; who brings it, for the history; the moment.
-- Returns, and raises: as submit().
CREATE OR REPLACE FUNCTION take_application(application jsonb, holder bytea,
	actor text, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
DECLARE
	a record;
	key bytea;
	known record;
	card record;
	obstacle record;
	today date;
	code_hash text := application ->> 'user_code_hash';
	digits bigint;
	number bigint;
	deadline timestamptz;
	price integer;
	area record;
	warnings jsonb := '[]';
	field text;
	invisible constant text := U&'[\0001-\001F\007F-\009F\00AD\061C\180E\200B-\200F\2028-\202E\2060-\2069\FEFF\FFF9-\FFFB]';
BEGIN
	IF jsonb_typeof(application) IS DISTINCT FROM 'object' THEN
		PERFORM refuse('not_an_object', 'an application is a JSON object',
			'see recard-files(5)');
	END IF;
	FOREACH field IN ARRAY ARRAY['request_id', 'product', 'card_no', 'name',
		'postal_code', 'address', 'phone', 'email']
		|| CASE WHEN holder IS NULL THEN '{holder_id}' ELSE '{}'::text[] END
		|| CASE WHEN code_hash IS NULL THEN '{user_code}'
			ELSE '{}'::text[] END
	LOOP
		IF jsonb_typeof(application -> field) IS DISTINCT FROM 'string'
			OR btrim(application ->> field) = ''
		THEN
			PERFORM refuse('missing_' || field,
				'field ' || field || ' is missing or no text',
				'give every field as text');
		END IF;
	END LOOP;
	SELECT * INTO a FROM jsonb_to_record(application) AS r (
		request_id text, product text, card_no text, holder_id text,
		name text, postal_code text, address text, phone text,
		email text, user_code text);

	IF a.request_id !~ '^[A-Za-z0-9._:-]{1,64}$' THEN
		PERFORM refuse('bad_request_id', 'request_id must be 1 to 64 '
			'of A-Z a-z 0-9 . _ : -', 'a UUID is a good choice');
	END IF;
	-- Nobody gets another's order by his number.
	key := sha256(coalesce(holder, '') || convert_to(a.request_id, 'UTF8'));
	-- Two calls with one id at once: the second waits for the first.
	PERFORM pg_advisory_xact_lock(
		('x' || encode(substr(key, 1, 8), 'hex'))::bit(64)::bigint);
	SELECT o.* INTO known FROM application_request r
		JOIN orders o USING (order_no) WHERE r.request_digest = key;
	IF FOUND THEN
		RETURN jsonb_build_object('order_no', order_text(known.order_no),
			'outcome', 'repeated', 'amount', known.amount,
			'pay_by', known.pay_by, 'warnings', warnings);
	END IF;

	IF application ? 'applied_at' THEN
		IF session_user = 'recard_portal' OR holder IS NOT NULL THEN
			PERFORM refuse('applied_at_not_allowed',
				'only an import may say when the application '
				'was made', 'leave applied_at out');
		END IF;
		BEGIN
			IF (application ->> 'applied_at' ~
				'^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$')
				IS NOT TRUE
			THEN
				RAISE invalid_datetime_format;
			END IF;
			IF (application ->> 'applied_at')::timestamptz > at THEN
				PERFORM refuse('applied_at_future',
					'applied_at lies in the future',
					'check the clock of the sender');
			END IF;
			at := (application ->> 'applied_at')::timestamptz;
		EXCEPTION WHEN data_exception THEN
			PERFORM refuse('bad_applied_at', 'applied_at is no '
				'ISO 8601 time with offset',
				'as 2026-11-23T09:00:00+08:00');
		END;
	END IF;
	today := taipei_date(at);

	PERFORM FROM product p WHERE p.product = a.product;
	IF NOT FOUND THEN
		PERFORM refuse('unknown_product', 'no such product',
			'moica is the citizen digital certificate');
	END IF;
	price := price_at(a.product, today);
	IF price IS NULL THEN
		PERFORM refuse('no_price', 'the product has no price on that day',
			'add a row to product_price');
	END IF;
	IF a.card_no !~ '^[A-Z]{2}[0-9]{14}$' THEN
		PERFORM refuse('bad_card_no', 'card_no must be 2 capital '
			'letters and 14 digits', 'it is printed on the card');
	END IF;
	IF holder IS NULL AND NOT holder_id_ok(a.holder_id) THEN
		PERFORM refuse('bad_holder_id', 'holder_id is no national ID or '
			'resident number, or its check digit is wrong',
			'check the ID for a slip');
	END IF;
	IF a.name ~ invisible OR length(a.name) > 60 THEN
		PERFORM refuse('bad_name', 'name holds a control or invisible '
			'character or is longer than 60', 'type it again');
	END IF;
	area := check_delivery(a.postal_code, a.address, a.phone, a.email);
	IF NOT area.fits THEN
		warnings := warnings || '["postal_code_district"]';
	END IF;
	IF a.user_code IS NOT NULL AND code_hash IS NOT NULL THEN
		PERFORM refuse('two_user_codes', 'user_code beside its hash',
			'send user_code_hash alone');
	END IF;
	IF a.user_code !~ '^[!-~]{6,10}$' THEN
		PERFORM refuse('bad_user_code', 'user_code must be 6 to 10 '
			'printable ASCII characters', 'choose another');
	END IF;
	IF coalesce(application ->> 'language', 'zh-Hant')
		NOT IN ('zh-Hant', 'en')
	THEN
		PERFORM refuse('bad_language', 'language must be zh-Hant or en',
			'leave it out for zh-Hant');
	END IF;

	IF coalesce(application ->> 'language', 'zh-Hant')
		NOT IN ('zh-Hant', 'en')
	THEN
		PERFORM refuse('bad_language', 'language must be zh-Hant or en',
			'leave it out for zh-Hant');
	END IF;

	SELECT * INTO card FROM certificate c WHERE c.card_no = a.card_no
		FOR KEY SHARE;
	IF card.holder_hash <> coalesce(holder, holder_hash(a.holder_id)) THEN
		PERFORM refuse('holder_mismatch', 'the card belongs to another '
			'holder_id', 'check both numbers');
	END IF;
	obstacle := renewal_obstacle(a.card_no, a.product, at);
	IF obstacle.code IS NOT NULL THEN
		PERFORM refuse(obstacle.code, obstacle.words, obstacle.way_out);
	END IF;

	IF code_hash IS NULL THEN
		code_hash := recard_crypto.crypt(a.user_code,
			recard_crypto.gen_salt('bf', 10));
	END IF;
	deadline := pay_by_at(a.product, at);
	digits := to_char(today, 'YYMMDD')::bigint * 10000000
		+ nextval('order_sequence');
	number := digits * 10 + gs1_check_digit(digits);

	INSERT INTO orders (order_no, product, amount, applied_at, pay_by,
			moved_at)
		VALUES (number, a.product, price, at, deadline, at);
	BEGIN
		INSERT INTO applicant (order_no, card_no, holder_hash, name,
				postal_code, address, phone, email, language)
			VALUES (number, a.card_no, card.holder_hash, a.name,
				a.postal_code, a.address, a.phone, a.email,
				coalesce(application ->> 'language', 'zh-Hant'));
	EXCEPTION WHEN unique_violation THEN
		-- Somebody was quicker since we looked.
		PERFORM refuse('open_order', 'this card already has an order '
			'under way', 'follow or cancel that order');
	END;
	INSERT INTO activation (order_no, user_code_hash)
		VALUES (number, code_hash);
	INSERT INTO application_request (request_digest, order_no)
		VALUES (key, number);
	INSERT INTO order_history (order_no, move_no, at, event, to_status,
			actor)
		VALUES (number, 0, at, 'applied', 'unpaid', actor);
	INSERT INTO move_tally (at, from_status, to_status, orders)
		VALUES (at, '', 'unpaid', 1);
	RETURN jsonb_build_object('order_no', order_text(number),
		'outcome', 'created', 'amount', price, 'pay_by', deadline,
		'outlying_island', area.island, 'warnings', warnings);
END
$$;
