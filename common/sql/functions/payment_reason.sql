-- Why a payment settles nothing, and what an operator does about it: the one
-- place where the worklist's advice stands.
-- Returns: a row a reason: what it means; what to do first; whether it may be
-- accounted for by hand although it settles no order, because no money of
-- ours is left to return.
CREATE OR REPLACE FUNCTION payment_reason()
RETURNS TABLE (reason text, meaning text, suggestion text, no_money boolean)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	VALUES ('unknown_order', 'names no order of ours',
		'match to an order, or refund', false),
	('purged_order', 'its order was deleted unpaid', 'refund', false),
	('cancelled_order', 'its order was cancelled or closed', 'refund', false),
	('second_payment', 'its order was paid already', 'refund', false),
	('short', 'less than its order costs', 'refund', false),
	('over', 'more than its order costs', 'refund', false),
	('currency', 'not in TWD', 'refund', false),
	('simulated', 'a test of the provider''s, no money',
		'close as matched', true),
	('stale', 'its notice was signed long ago', 'ask the provider', true),
	('chargeback', 'the payer''s bank took it back',
		'stop the card if there is time, then close', true),
	('refund', 'returned, and nothing was due', 'ask the provider', true),
	('unreadable', 'cannot be read', 'ask the provider', true),
	('differs', 'told before with another content',
		'ask the provider which is right', true)
$$;
