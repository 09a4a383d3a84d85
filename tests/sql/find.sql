-- Shows how orders are found, who is recorded for it, and what is shown in
-- clear for a reason.
BEGIN;
\ir steps.psql
SELECT no_plan();

CREATE FUNCTION test.find(wanted text, reason text DEFAULT NULL)
RETURNS TABLE (order_no bigint, found_by text) LANGUAGE sql AS $$
	SELECT order_no::bigint, found_by FROM order_find(wanted, 'op', reason, 9)
$$;
CREATE FUNCTION test.looks() RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM access_record
$$;
SELECT test.mailed(1) AS a, test.apply(2) AS b \gset

SELECT results_eq(format('SELECT * FROM test.find(%L)', order_text(:a)),
	format('VALUES (%s::bigint, ''order number'')', :a), 'by its number');
SELECT results_eq(format('SELECT * FROM test.find(%L)',
		regexp_replace(order_text(:a), '^(..)(....)', '\1 \2-')),
	format('VALUES (%s::bigint, ''order number'')', :a),
	'blanks and dashes do not matter');
SELECT results_eq(format('SELECT * FROM test.find(%L)',
		(SELECT tracking_no FROM mail_item)),
	format('VALUES (%s::bigint, ''tracking number'')', :a),
	'by tracking number');
SELECT results_eq(format('SELECT * FROM test.find(%L)',
		(SELECT tracking_no || '100009' FROM mail_item)),
	format('VALUES (%s::bigint, ''tracking number'')', :a),
	'by its long form, of which 14 digits were told');
SELECT is(test.looks(), 0::bigint, 'no person was looked up');

SELECT results_eq('SELECT * FROM test.find(lower(test.card(1)), ''calls'')',
	format('VALUES (%s::bigint, ''card'')', :a), 'by the old card');
SELECT results_eq(format('SELECT * FROM test.find(%L)',
		(SELECT new_card_no FROM card_job)),
	format('VALUES (%s::bigint, ''new card'')', :a), 'by the new card');
SELECT results_eq('SELECT * FROM test.find(test.holder(2))',
	format('VALUES (%s::bigint, ''holder ID'')', :b), 'by the holder''s ID');
SELECT results_eq('SELECT actor, order_no, purpose FROM access_record
		ORDER BY access_id',
	format($$VALUES ('op', %s::bigint, 'order find by card: calls'),
	('op', %1$s, 'order find by new card'),
	('op', %s, 'order find by holder ID')$$, :a, :b),
	'each look-up of a person is on record');
SELECT is_empty(format('SELECT * FROM test.find(%L)', w.wanted),
	'nothing is found by ' || w.wanted)
FROM (VALUES ('1'), ('100001'), ('%'), (''), ('A123456780'),
	('99999999999999'), ('王小明')) AS w (wanted);
SELECT is(test.looks(), 3::bigint, 'and nobody is recorded for it');
SELECT results_eq('SELECT count(*) FROM order_find(test.card(1), ''op'',
	NULL, 0)', 'VALUES (0::bigint)', 'at most as many as asked for');

-- In clear -----------------------------------------------------------------------

SELECT is_empty(format('SELECT value FROM order_show(%s)
	WHERE value ~ ''王小明|重慶南路|0912|TP0000''', :a), 'masked by default');
SELECT matches(test.attempt(format('SELECT order_reveal(%s, ''op'', %L)', :a,
	r.reason)), '^RC020 .*for a reason only', 'not without a reason')
FROM (VALUES (NULL), (''), ('  ')) AS r (reason);
SELECT is(test.looks(), 3::bigint, 'a refusal is no look');
SELECT results_eq(format('SELECT name, value FROM order_reveal(%s, ''op'',
		''holder asks'') WHERE section = ''applicant''', :a),
	$$VALUES ('name', '王小明'), ('postal_code', '100006'),
	('address', '臺北市中正區重慶南路一段1號'), ('card_no', test.card(1)),
	('email', 'a@example.tw'), ('phone', '0912-345-678')$$,
	'all of it, in clear');
SELECT results_eq('SELECT actor, order_no, purpose FROM access_record
		ORDER BY access_id DESC LIMIT 1',
	format('VALUES (''op'', %s::bigint, ''order show: holder asks'')', :a),
	'on record');
SELECT results_eq(format('SELECT section, name FROM order_reveal(%s, ''op'',
		''x'') WHERE section <> ''applicant''', :a),
	format('SELECT section, name FROM order_show(%s)
		WHERE section <> ''applicant''', :a),
	'everything else is there in the same order');
SELECT is_empty('SELECT * FROM order_reveal(1, ''op'', ''x'')',
	'nothing of an order that is not there');
SELECT is(test.looks(), 5::bigint, 'which is no look at anybody');

SELECT * FROM finish();
ROLLBACK;
