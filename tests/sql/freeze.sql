-- Shows that what the applicant filled in can change until the order is paid
-- and by nobody afterwards, that a status moves only through advance(), and
-- that what was frozen has the documented digest.
BEGIN;
\ir steps.psql
SELECT no_plan();

SELECT test.apply(1) AS unpaid, test.apply(2) AS paid,
	test.apply(3) AS queued, test.apply(4) AS cancelled \gset
SELECT test.pay(:queued) \g /dev/null
SELECT test.freeze() \g /dev/null
SELECT test.pay(:paid) \g /dev/null
SELECT cancel_order(:cancelled, 'op', 'asked for') \g /dev/null

-- Who owns the table, directly.
SELECT is(test.attempt(format('UPDATE recard.applicant SET address = ''新'', '
	'postal_code = ''880'', phone = ''02-12345678'', email = ''b@c.tw'' '
	'WHERE order_no = %s', :unpaid), 'recard_owner'), 'done',
	'an unpaid order can be edited');
SELECT results_eq(format('SELECT address, postal_code, phone, email
		FROM applicant WHERE order_no = %s', :unpaid),
	$$VALUES ('新', '880', '02-12345678', 'b@c.tw')$$,
	'and the edit is there');
SELECT is(test.attempt(format('UPDATE recard.applicant SET %s '
	'WHERE order_no = %s', c.change, o.order_no), 'recard_owner'), format(
	'RC021 order %s is %s: its name, address and other application data '
	'are frozen; they change only while it is unpaid', order_text(o.order_no), o.status),
	format('not even its owner can change %s of a %s order', c.change, o.status))
FROM (VALUES ('postal_code = ''880'''), ('address = ''新'''),
	('phone = ''02-12345678'''), ('email = ''b@c.tw''')) AS c (change),
	orders o WHERE o.order_no IN (:paid, :queued);
SELECT is(test.attempt(format('UPDATE recard.applicant SET %s '
	'WHERE order_no = %s', c.change, :unpaid), 'recard_portal'),
	'42501 permission denied for table applicant',
	format('the portal cannot change %s at all', c.change))
FROM (VALUES ('name = ''x'''), ('card_no = card_no'), ('open = false'),
	('holder_hash = sha256(''x'')'), ('order_no = 1'), ('address = ''新'''))
	AS c (change);
SELECT is(test.attempt(format('SELECT edit_applicant(%s, '
	'''{"address": "另一處"}'', ''portal'')', :paid)),
	format('RC021 order %s is paid: its name, address and other '
	'application data are frozen; they change only while it is unpaid', order_text(:paid)),
	'nor does its function');
SELECT is(test.attempt(format('SELECT edit_applicant(%s, '
	'''{"address": "另一處"}'', ''portal'')', :unpaid)),
	'done', 'which edits an unpaid order');
SELECT results_eq(format('SELECT address, postal_code FROM applicant
		WHERE order_no = %s', :unpaid), $$VALUES ('另一處', '880')$$,
	'only what it was told');
SELECT results_eq('SELECT actor, act, subject, reason FROM operator_act
		WHERE act = ''edit''', format('VALUES (''portal'', ''edit'', %L, '
	'''address'')', order_text(:unpaid)), 'and records the act, no data');
SELECT matches(test.attempt(
	'SELECT edit_applicant(99999999999990, ''{"address": "x"}'', ''p'')'),
	'^RC020 .*no such order', 'no such order');
SELECT matches(test.attempt(format('SELECT edit_applicant(%s, %L, ''p'')',
	:unpaid, e.changes)), e.refusal, format('%s is refused', e.changes))
FROM (VALUES ('{"postal_code": "12"}', '^RC010 bad_postal_code'),
	('{"postal_code": "１００"}', '^RC010 bad_postal_code'),
	('{"postal_code": "099"}', '^RC010 unknown_postal_code'),
	('{"address": ""}', '^RC010 missing_address'),
	('{"address": 5}', '^RC010 missing_address'),
	('{"address": "a\u200bb"}', '^RC010 bad_address'),
	('{"address": "a\u202eb"}', '^RC010 bad_address'),
	('{"address": "a\nb"}', '^RC010 bad_address'),
	('{"phone": "abc"}', '^RC010 bad_phone'),
	('{"email": "no mail"}', '^RC010 bad_email'),
	('{"name": "x"}', '^RC010 bad_change'), ('{}', '^RC010 bad_change'),
	('[]', '^RC010 bad_change')) AS e (changes, refusal);
SELECT matches(test.attempt(format('UPDATE applicant SET %s WHERE order_no = %s',
	c.change, :unpaid)), c.refusal, format('%s: the table refuses it', c.change))
FROM (VALUES ('postal_code = ''12''', '^23514 .*postal_code'),
	('postal_code = ''１００''', '^23514 .*postal_code'),
	('address = ''''', '^23514 .*address'),
	('address = U&''a\200bb''', '^23514 .*applicant_printable'),
	('address = U&''a\202eb''', '^23514 .*applicant_printable'),
	('address = E''a\nb''', '^23514 .*applicant_printable'),
	('phone = ''abc''', '^23514 .*phone'),
	('email = ''no mail''', '^23514 .*email')) AS c (change, refusal);

-- Every role, and the superuser, directly.
SELECT ok(test.attempt(format('UPDATE recard.applicant SET address = ''新'' '
	'WHERE order_no = %s', :paid), r.rolname) ~ CASE r.rolname
	WHEN 'recard_owner' THEN '^RC021' WHEN 'postgres' THEN '^RC021' ELSE '^42501' END,
	r.rolname || ' cannot change the address of a paid order')
FROM pg_roles r WHERE r.rolname = 'postgres'
	OR r.rolname ~ '^recard_' ORDER BY 1;
SELECT ok(test.attempt(format('UPDATE recard.orders SET status = ''paid'' '
	'WHERE order_no = %s', :unpaid), r.rolname) ~ CASE
	WHEN r.rolname IN ('recard_owner', 'postgres')
		THEN '^RC020 .*moved by recard.advance'
	ELSE '^42501' END,
	r.rolname || ' cannot set a status')
FROM pg_roles r WHERE r.rolname = 'postgres'
	OR r.rolname ~ '^recard_' AND r.rolname <> 'recard_mover' ORDER BY 1;
SELECT matches(test.attempt(format('UPDATE recard.orders SET %s '
	'WHERE order_no = %s', c.change, :unpaid)), c.refusal,
	'the superuser cannot: ' || c.change)
FROM (VALUES ('moves = 5', '^RC020 .*advance'),
	('status = ''purged''', '^RC020 .*advance'),
	('amount = 1', '^RC020 .*price'),
	('product = ''foreign_resident''', '^RC020 .*product'),
	('pay_by = pay_by + interval ''1 day''', '^RC020 .*deadline'),
	('applied_at = applied_at - interval ''1 day''', '^RC020 '),
	('order_no = 1', '^RC020 .*number')) AS c (change, refusal);
SELECT matches(test.attempt('UPDATE applicant SET open = false'),
	'^RC020 .*follows its status', 'nor say that an order has ended');
SELECT matches(test.attempt(
	'INSERT INTO orders (order_no, applied_at, pay_by, moved_at, status, '
	'amount, product) VALUES (1, now(), now() + ''1d'', now(), ''paid'', 1, '
	'''moica'')'), '^RC020 an order starts unpaid',
	'no order starts paid');
SELECT matches(test.attempt(c.command), c.refusal, c.command)
FROM (VALUES ('DELETE FROM orders', '^RC020 orders are never deleted'),
	('TRUNCATE orders CASCADE', '^RC020 '),
	('TRUNCATE applicant', '^RC020 the data of applicants is needed'),
	('DELETE FROM applicant', '^RC020 .*data of its applicant is needed'),
	('UPDATE address_freeze SET digest = sha256(''x'')',
		'^RC020 a frozen address never changes'),
	('DELETE FROM address_freeze', '^RC020 a frozen address never changes'),
	('UPDATE card_job SET address_digest = sha256(''x'')',
		'^RC020 a card job goes'),
	('UPDATE label SET address_digest = sha256(''x'')',
		'^RC020 a label goes')) AS c (command, refusal);
-- With these triggers gone the data could change: they are what holds it.
SAVEPOINT control;
ALTER TABLE applicant DISABLE TRIGGER frozen;
SELECT is(test.attempt(format('UPDATE recard.applicant SET address = ''新'' '
	'WHERE order_no = %s', :paid), 'recard_owner'), 'done',
	'control: without the trigger a paid order''s address changes');
ALTER TABLE orders DISABLE TRIGGER moved_by_advance;
SELECT is(test.attempt(format('UPDATE orders SET status = ''paid'' '
	'WHERE order_no = %s', :unpaid)), 'done',
	'control: without the trigger a status changes');
ROLLBACK TO control;

-- The documented digest: HMAC-SHA-256 over name, postal code and address,
-- each ended by a line feed. Put together by hand, as RFC 2104 says.
CREATE FUNCTION test.hmac_by_hand(message bytea, key bytea) RETURNS bytea
LANGUAGE plpgsql AS $$
DECLARE
	padded bytea := key || decode(repeat('00', 64 - length(key)), 'hex');
	inner_pad bytea := padded;
	outer_pad bytea := padded;
BEGIN
	FOR i IN 0..63 LOOP
		inner_pad := set_byte(inner_pad, i, get_byte(padded, i) # 54);
		outer_pad := set_byte(outer_pad, i, get_byte(padded, i) # 92);
	END LOOP;
	RETURN sha256(outer_pad || sha256(inner_pad || message));
END
$$;
SELECT is(f.digest, test.hmac_by_hand(convert_to(
	E'王小明\n100006\n臺北市中正區重慶南路一段3號\n', 'UTF8'), test.key()),
	'the digest is HMAC-SHA-256 of the documented bytes')
FROM address_freeze f WHERE f.order_no = :queued;
SELECT results_eq(format('SELECT j.address_digest, l.address_digest
		FROM card_job j JOIN label l USING (order_no)
		WHERE order_no = %s', :queued),
	format('SELECT digest, digest FROM address_freeze WHERE order_no = %s',
		:queued), 'card job and label carry it');
SELECT isnt(address_digest('ab', '100', 'c', test.key()),
	address_digest('a', 'b100', 'c', test.key()),
	'moving a character between the fields changes it');
SELECT isnt(address_digest('a', '100', 'c', test.key()),
	address_digest('a', '100', 'c', sha256('other')),
	'another key changes it');
SELECT matches(test.attempt('SELECT freeze_and_queue(''\x00'', 1, ''t'')'),
	'^RC001 address_key_missing', 'no freezing without a proper key');
SELECT matches(test.attempt('SELECT freeze_and_queue(NULL, 1, ''t'')'),
	'^RC001 address_key_missing', 'nor with none');

-- What a row stands on is looked for when it is added, by whomever.
SELECT matches(test.attempt(format('INSERT INTO address_freeze (order_no,
		digest, frozen_at) SELECT n, sha256(n::text::bytea), now()
		FROM unnest(''{%s,%s}''::bigint[]) AS n', :paid, :cancelled)),
	'^23503 .*no payment has settled it',
	'nothing is frozen that is not paid, not even beside what is');
SELECT matches(test.attempt(format('INSERT INTO label (order_no, copy_no,
		state, voided_at, voided_by, void_reason, address_digest,
		created_at) VALUES (%s, 9, ''void'', now(), ''x'', ''x'',
		sha256(''x''), now())', :queued)),
	'^23503 .*the digest of its label was not frozen',
	'no label carries another digest, not even a void one');
SELECT matches(test.attempt(format('INSERT INTO card_job (order_no, attempt,
		state, reason, address_digest, queued_at) VALUES (%s, 9, ''void'',
		''NEW'', sha256(''x''), now())', :queued)),
	'^23503 .*the digest of its card was not frozen', 'and no card job');

-- Freezing and queueing are one transaction.
SELECT is(test.status(:paid), 'paid', 'not frozen yet');
SAVEPOINT control;
INSERT INTO address_freeze (order_no, digest, frozen_at)
	SELECT order_no, address_digest(name, postal_code, address, test.key()),
		now() FROM applicant WHERE order_no = :paid;
SELECT matches(test.attempt('SELECT test.freeze()'), '^23505 ',
	'freezing that fails');
SELECT results_eq(format('SELECT test.status(%s), count(*) FROM card_job
		WHERE order_no = %1$s', :paid), $$VALUES ('paid', 0::bigint)$$,
	'leaves the order paid and without a job');
ROLLBACK TO control;
SELECT hold_order(:paid, 'op', 'look at it') \g /dev/null
SELECT is(test.freeze(), 0, 'a held order is left alone');
SELECT release_order(:paid, 'op', 'fine') \g /dev/null
SELECT is(test.freeze(), 1, 'once released it is queued');
SELECT results_eq(format('SELECT test.status(%s), count(j.*), count(l.*),
		count(f.*) FROM orders o JOIN card_job j USING (order_no)
		JOIN label l USING (order_no)
		JOIN address_freeze f USING (order_no)
		WHERE order_no = %1$s', :paid),
	$$VALUES ('queued', 1::bigint, 1::bigint, 1::bigint)$$,
	'with one job, one label, one frozen address');
SELECT is(test.freeze(), 0, 'and not again');
SELECT is_empty('SELECT * FROM verify()', 'all invariants hold');

SELECT * FROM finish();
ROLLBACK;
