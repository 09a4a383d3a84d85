-- Shows what is done about letters that came back: sent again, to the same
-- address or to another one that two people agree on, or closed; and a file of
-- events that is taken back.
BEGIN;
\ir steps.psql
SELECT no_plan();

CREATE FUNCTION test.correct(of_order bigint, code text, address text)
RETURNS text LANGUAGE sql AS $$
	SELECT test.attempt(format('SELECT correct_address(%s, %L, %L, ''op'',
		''signed letter'')', of_order, code, address))
$$;
CREATE FUNCTION test.decide(of_request bigint, approved boolean DEFAULT true)
RETURNS text LANGUAGE sql AS $$
	SELECT test.attempt(format('SELECT decision_settle(%s, %L, ''boss'', '''')',
		of_request, approved))
$$;
CREATE FUNCTION test.request() RETURNS bigint LANGUAGE sql AS $$
	SELECT max(decision_no) FROM decision
$$;
CREATE FUNCTION test.send_corrected() RETURNS integer LANGUAGE sql AS $$
	SELECT freeze_corrections(test.key(), 100, 'manufacture')
$$;
-- What the order's valid label has on it.
CREATE FUNCTION test.printed_on(of_order bigint) RETURNS text
LANGUAGE sql AS $$
	SELECT concat_ws(' ', l.copy_no, l.state, a.postal_code, a.address)
	FROM label l JOIN addressee a USING (label_no)
	WHERE l.order_no = of_order AND l.state <> 'void'
$$;

-- Asking ----------------------------------------------------------------------

SELECT test.mailed(1) AS a, test.mailed(2) AS b, test.mailed(3) AS c,
	test.mailed(4) AS d \gset
SELECT matches(test.correct(:a, '880', '澎湖縣馬公市中華路1號'), '^RC064 .*no letter '
	'that came back', 'only for a letter that came back');
SELECT test.mail(n, 'I7', now() + interval '1h')
	FROM unnest(ARRAY[:a, :b, :c, :d]) AS n \g /dev/null
SELECT matches(test.correct(:a, wrong.code, wrong.address), wrong.said,
	'refused: ' || wrong.said)
FROM (VALUES ('', 'x', '^RC010 bad_address.*must both'),
	('100', ' ', '^RC010 bad_address.*must both'),
	('10', 'x', '^RC010 bad_postal_code'),
	('001', 'x', '^RC010 unknown_postal_code'),
	('100', E'x\u202Ey', '^RC010 bad_address'),
	('100006', '臺北市中正區重慶南路一段1號', '^RC064 .*it came back from'))
	AS wrong (code, address, said);
SELECT results_eq(format('SELECT warning FROM correct_address(%s, ''880'',
		''臺北市中正區愛國路1號'', ''op'', ''x'')', :a),
	ARRAY['postal_code_district'], 'a district that does not fit is a warning');
SELECT matches(test.correct(:a, '100', '臺北市中正區愛國路2號'), '^RC064 .*already',
	'one at a time');
SELECT matches(test.attempt(format('SELECT remail_order(%s, ''op'', ''x'')', :a)),
	'^RC064 .*another address', 'it is not sent meanwhile');
SELECT matches(test.attempt(format('SELECT close_order(%s, ''op'', ''x'')', :a)),
	'^RC064 .*another address', 'nor closed');
SELECT is(test.send_corrected(), 0, 'nothing happens before the decision');
SELECT is(test.decide(test.request(), false), 'done', 'declined');
SELECT is_empty('SELECT FROM address_correction',
	'what was declined is nobody''s address any more');
SELECT is(test.status(:a), 'returned', 'it waits as before');

-- Two people ------------------------------------------------------------------

SELECT is(test.correct(:a, '880', '澎湖縣馬公市中華路1號'), 'done', 'asked again');
SELECT matches(test.attempt(format('SELECT decision_settle(%s, true, ''op'', '
	''''')', test.request())), '^RC064 .*your own', 'one alone cannot');
SELECT results_eq(format('SELECT section, name, value FROM decision_show(%s,
		''boss'', NULL) WHERE section <> ''request''', test.request()),
	$$VALUES ('now', 'postal_code', '100'), ('now', 'address', '臺北市…'),
	('now', 'name', mask('王小明')), ('corrected', 'postal_code', '880'),
	('corrected', 'address', '澎湖縣…'), ('corrected', 'name', mask('王小明')),
	('corrected', 'state', 'waits for the decision')$$,
	'a look without a reason is masked');
SELECT is_empty('SELECT FROM access_record WHERE purpose LIKE ''request%''',
	'and is no look');
SELECT results_eq(format('SELECT value FROM decision_show(%s, ''boss'',
		''to decide'') WHERE name = ''address''', test.request()),
	$$VALUES ('臺北市中正區重慶南路一段1號'), ('澎湖縣馬公市中華路1號')$$,
	'who decides reads both');
SELECT results_eq('SELECT actor, order_no, purpose FROM access_record
		WHERE purpose LIKE ''request%''',
	format('VALUES (''boss'', %s::bigint, ''request show: to decide'')', :a),
	'which is recorded');
SELECT is(test.decide(test.request()), 'done', 'approved');
SELECT is(test.status(:a), 'returned', 'who decides has no key');
SELECT results_eq(format('SELECT value FROM order_show(%s) WHERE name = ''state''
		AND section = ''address 2''', :a),
	ARRAY['waits for recard-manufacture'], 'and it is said');
SELECT matches(test.correct(:a, '100', '臺北市中正區愛國路2號'), '^RC064 ',
	'nothing else can be asked for now');
SELECT address_digest AS former FROM label WHERE order_no = :a
	AND state = 'printed' \gset
SELECT is(test.send_corrected(), 1, 'recard-manufacture freezes it');
SELECT is(test.send_corrected(), 0, 'once');
SELECT is(test.status(:a), 'produced', 'it is ready for the post again');
SELECT is(test.printed_on(:a), '2 pending 880 澎湖縣馬公市中華路1號',
	'the new label has the new address');
SELECT is((SELECT a.address FROM label l JOIN addressee a USING (label_no)
	WHERE l.order_no = :a AND copy_no = 1), '臺北市中正區重慶南路一段1號',
	'the old one keeps the old');
SELECT is((SELECT address FROM applicant WHERE order_no = :a),
	'臺北市中正區重慶南路一段1號', 'what the applicant wrote stays');
SELECT results_eq(format('SELECT version, digest = %L::bytea, digest
		= address_digest(''王小明'', ''880'', ''澎湖縣馬公市中華路1號'', test.key())
		FROM address_freeze WHERE order_no = %s ORDER BY version',
		:'former', :a),
	'VALUES (1, true, false), (2, false, true)', 'both are frozen');
SELECT is((SELECT address_digest FROM card_job WHERE order_no = :a),
	:'former'::bytea, 'the card was made for the former');
SELECT is((SELECT resolution FROM exception WHERE order_no = :a
	AND kind = 'returned_mail'), 'remailed', 'off the worklist');
SELECT test.print() AS run \gset
SELECT results_eq(format('SELECT postal_code, address, copy_no
		FROM label_run_content(%L)', :'run'),
	$$VALUES ('880', '澎湖縣馬公市中華路1號', 2)$$, 'it is printed so');
SELECT cut_posting_list(10, 1, '0', '{100}', false, 'l') AS list \gset
SELECT results_eq(format('SELECT area, address FROM posting_list, '
	'posting_list_content(%1$L) WHERE list_no = %1$L', :'list'),
	$$VALUES ('out_of_town', '澎湖縣馬公市中華路1號')$$, 'and is listed so');
SELECT is((SELECT applied FROM test.track(jsonb_build_array(test.line(:a,
	'{"number": "77777710000118", "day": "2026-03-02"}')))), 1::bigint,
	'it is posted again');
SELECT is((SELECT promised_on FROM mail_item WHERE order_no = :a
	ORDER BY mail_item_id DESC LIMIT 1), '2026-03-16'::date,
	'and is promised as for the islands');

-- There and back --------------------------------------------------------------

SELECT is(test.mail(:a, 'I7', '2026-03-20 09:00+08'), 'applied', 'it comes back');
SELECT is(test.correct(:a, '100006', '臺北市中正區重慶南路一段1號'), 'done',
	'the first address was right after all');
SELECT test.decide(test.request()), test.send_corrected() \g /dev/null
SELECT is(test.printed_on(:a), '3 pending 100006 臺北市中正區重慶南路一段1號',
	'it goes there');
SELECT is((SELECT count(*) FROM address_freeze WHERE order_no = :a), 2::bigint,
	'which was frozen already');
SELECT test.print() \g /dev/null
SELECT test.track(jsonb_build_array(test.line(:a,
	'{"number": "77777810000118", "day": "2026-03-23"}'))),
	test.mail(:a, 'I7', '2026-03-27 09:00+08') \g /dev/null
SELECT test.correct(:a, '880', '澎湖縣馬公市中華路1號'), test.decide(test.request()),
	test.send_corrected() \g /dev/null
SELECT is(test.printed_on(:a), '4 pending 880 澎湖縣馬公市中華路1號',
	'and to the second one again');

-- Too late, held --------------------------------------------------------------

SELECT test.correct(:b, '100', '臺北市中正區愛國路9號') \g /dev/null
SELECT test.decide(test.request()) \g /dev/null
SELECT test.mail(:b, 'I4', now() + interval '2h') \g /dev/null
SELECT is(test.status(:b), 'delivered', 'it was delivered after all');
SELECT is(test.send_corrected(), 1, 'then it is too late');
SELECT results_eq(format('SELECT outcome FROM address_correction
	WHERE order_no = %s', :b), ARRAY['too_late'], 'which is kept');
SELECT is(test.status(:b), 'delivered', 'and nothing is sent');
SELECT test.correct(:c, '100', '臺北市中正區愛國路9號') \g /dev/null
SELECT test.decide(test.request()),
	hold_order(:c, 'op', 'police asks') \g /dev/null
SELECT is(test.send_corrected(), 0, 'a held order waits');
SELECT release_order(:c, 'op', 'fine') \g /dev/null
SELECT is(test.send_corrected(), 1, 'until it is released');

-- What binds everybody --------------------------------------------------------

SELECT matches(test.attempt(format(tried.command, :c)), tried.said,
	'refused: ' || tried.command)
FROM (VALUES ('UPDATE address_correction SET address = ''x''
		WHERE order_no = %s', '^RC020 an address that somebody asked for'),
	('DELETE FROM address_correction WHERE order_no = %s',
		'^RC020 an address that two people agreed on'),
	('INSERT INTO address_freeze (order_no, digest, version, frozen_at)
		VALUES (%s, sha256(''x''), 9, now())', '^23503 .*nobody agreed'),
	('UPDATE address_freeze SET digest = sha256(''x'') WHERE order_no = %s',
		'^RC020 a frozen address never changes'),
	('UPDATE applicant SET address = ''x'' WHERE order_no = %s', '^RC021 '))
	AS tried (command, said);
SELECT close_order(:d, 'op', 'has died') \g /dev/null
SELECT is(test.status(:d), 'closed', 'closed for good');
SELECT matches(test.correct(:d, '100', '臺北市中正區愛國路9號'), '^RC064 ',
	'and not sent any more');
SELECT is_empty('SELECT * FROM verify()', 'all invariants hold');

-- A file of events that is taken back --------------------------------------------

CREATE FUNCTION test.events(told jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	booked record;
BEGIN
	INSERT INTO tracking_staging (line, tracking_no, posted_on, event,
			event_at)
		SELECT place, i.tracking_no, i.posted_on, t ->> 'event',
			now() + (t ->> 'after')::interval
		FROM jsonb_array_elements(told) WITH ORDINALITY AS e (t, place)
		JOIN mail_item i ON i.order_no = (t ->> 'order')::bigint;
	SELECT * INTO booked FROM book_tracking('status.txt', test.digest(), 1,
		'{}', '{}', '{}', 'tracking');
	RETURN booked.import_id;
END
$$;
CREATE FUNCTION test.told(of_order bigint, event text, after text)
RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('order', of_order, 'event', event,
		'after', after)
$$;
CREATE FUNCTION test.revert(of_import bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	said text := test.attempt(format('SELECT decision_request('
		'''revert_import'', ''%s'', ''op'', ''wrong file'')', of_import));
BEGIN
	RETURN CASE WHEN said = 'done' THEN test.decide(test.request())
		ELSE said END;
END
$$;
SELECT test.mailed(10) AS e, test.mailed(11) AS f, test.mailed(12) AS g,
	test.mailed(13) AS h \gset
SELECT test.events(jsonb_build_array(test.told(:f, 'I4', '1h'))) \g /dev/null
SELECT test.events(jsonb_build_array(test.told(:e, 'I4', '2h'),
	test.told(:f, 'V2', '2h'), test.told(:g, 'I7', '2h'),
	test.told(:h, 'G2', '2h'))) AS wrong \gset
SELECT results_eq('SELECT test.status(n)::text FROM unnest(ARRAY['
	|| concat_ws(',', :e, :f, :g, :h) || ']::bigint[]) AS n',
	ARRAY['delivered', 'mailed', 'returned', 'mailed'], 'what it said');
SELECT matches(test.attempt('DELETE FROM mail_event WHERE import_id = '
	|| :wrong), '^RC020 ', 'events are not deleted otherwise');
SELECT is(test.revert(:wrong), 'done', 'taken back');
SELECT results_eq('SELECT test.status(n)::text FROM unnest(ARRAY['
	|| concat_ws(',', :e, :f, :g, :h) || ']::bigint[]) AS n',
	ARRAY['mailed', 'delivered', 'mailed', 'mailed'], 'as if it had never come');
SELECT is_empty(format('SELECT FROM mail_event WHERE import_id = %s', :wrong),
	'its events count no longer');
SELECT is((SELECT count(*) FROM mail_event_reverted WHERE import_id = :wrong),
	4::bigint, 'and stay on record');
SELECT is_empty(format('SELECT FROM notice WHERE order_no IN (%s, %s)
	AND kind IN (''delivered'', ''returned'') AND state = ''due''', :e, :g),
	'nobody hears of what is not so');
SELECT isnt_empty(format('SELECT FROM notice WHERE order_no = %s
	AND kind = ''delivered''', :f), 'what another file told is still told');
SELECT results_eq(format('SELECT resolution FROM exception WHERE order_no = %s
	AND kind = ''returned_mail''', :g), ARRAY['reverted'], 'off the worklist');
SELECT matches(test.revert(:wrong), '^RC064 ', 'once');
SELECT test.events(jsonb_build_array(test.told(:e, 'I4', '3h'),
	test.told(:g, 'I7', '3h'))) AS again \gset
SELECT is(test.status(:e), 'delivered', 'the right file is taken');
SELECT remail_order(:g, 'op', 'was away') \g /dev/null
SELECT matches(test.revert(:again), '^RC064 .*gone on',
	'not when somebody has decided since');
SELECT test.events(jsonb_build_array(test.told(:h, 'I4', '3h'))) AS third \gset
SELECT claim_open(:h, 'op', 'no card') \g /dev/null
SELECT matches(test.revert(:third), '^RC064 ', 'nor when a claim is open');
SELECT test.print() \g /dev/null
SELECT test.track(jsonb_build_array(test.line(:g,
	'{"number": "88888810000118"}'))) \g /dev/null
SELECT is_empty('SELECT * FROM verify()', 'all invariants hold');

-- Many contradictions -----------------------------------------------------------

CREATE FUNCTION test.crowd(many integer) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
	made bigint[] := ARRAY(SELECT test.apply(1000 + n)
		FROM generate_series(1, many) AS n);
BEGIN
	PERFORM test.pay(VARIADIC made);
	PERFORM test.freeze();
	PERFORM test.make(test.send_batch());
	PERFORM test.print();
	RETURN made;
END
$$;
SELECT array_to_string(test.crowd(102), ',') AS crowd \gset
SELECT results_eq(format('SELECT rows, applied, duplicate, rejected FROM
		test.track((SELECT jsonb_agg(test.line(n,
		''{"number": "99999910000118"}'')) FROM unnest(ARRAY[%s]) AS n))',
		:'crowd'),
	'VALUES (102::bigint, 0::bigint, 0::bigint, 102::bigint)',
	'one number for all: none is taken');
SELECT results_eq('SELECT order_no, reason FROM exception WHERE kind
		= ''mail_number'' AND closed_at IS NULL',
	$$VALUES (NULL::bigint, 'many_conflicts')$$,
	'many contradictions are one thing to look at');
SELECT results_eq(format('SELECT rows, applied, duplicate, rejected FROM
		test.track((SELECT jsonb_agg(test.line(n)) FROM (
		SELECT n FROM unnest(ARRAY[%1$s]) AS n UNION ALL
		SELECT n FROM unnest(ARRAY[%1$s]) AS n) AS twice))', :'crowd'),
	'VALUES (204::bigint, 102::bigint, 102::bigint, 0::bigint)',
	'each line twice is one letter each');
SELECT is_empty('SELECT * FROM verify()', 'all invariants hold');

SELECT * FROM finish();
ROLLBACK;
