-- Answers a request that two people decide; approved, it is carried out.
-- Parameters: number; whether it is approved; who, not the one who asked;
-- a remark; the moment.
-- Returns: what was decided, as 'retry_card 26112300000017'.
-- Raises: RC064 when there is no such open request, it is one's own, or there
-- is nothing to decide any more.
CREATE OR REPLACE FUNCTION decision_settle(number bigint, approved boolean,
	actor text, remark text, at timestamptz DEFAULT now()) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	asked decision;
BEGIN
	SELECT * INTO asked FROM decision d WHERE d.decision_no = number
		AND d.decided_at IS NULL FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'RC064', MESSAGE = format(
			'there is no open request %s', number),
			HINT = 'request list shows which there are';
	END IF;
	IF approved AND asked.requested_by = actor THEN
		RAISE EXCEPTION USING ERRCODE = 'RC064', MESSAGE = format(
			'request %s is your own: somebody else must approve it',
			number), HINT = 'one asks, another one approves';
	END IF;
	IF approved THEN
		PERFORM decision_possible(asked.act, asked.subject);
	END IF;
	UPDATE decision d SET decided_at = at, decided_by = actor,
			outcome = CASE WHEN approved THEN 'approved'
				ELSE 'declined' END,
			remark = decision_settle.remark
		WHERE d.decision_no = number;
	IF approved THEN
		CASE asked.act
		WHEN 'retry_card' THEN
			PERFORM lift_hold(order_number(asked.subject), actor, at);
		WHEN 'abandon_batch' THEN
			PERFORM abandon_batch(asked.subject, actor, at);
		WHEN 'revert_import' THEN
			PERFORM import_revert(asked.subject::bigint, actor, at);
		WHEN 'correct_address' THEN
			-- freeze_corrections() does it: the key is not ours.
			NULL;
		END CASE;
		PERFORM pg_notify('recard_manufacture', '');
	ELSIF asked.act = 'correct_address' THEN
		DELETE FROM address_correction c WHERE c.decision_no = number;
	END IF;
	PERFORM act(actor, CASE WHEN approved THEN 'approve ' ELSE 'decline ' END
		|| asked.act, asked.subject, coalesce(nullif(remark, ''),
		asked.reason), at);
	RETURN asked.act || ' ' || asked.subject;
END
$$;
