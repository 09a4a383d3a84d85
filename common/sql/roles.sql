-- The roles of recard: who owns the schema, who alone may move orders, and
-- one login role per program. Run by the administrator, before everything.
DO $$
DECLARE
	wanted text;
BEGIN
	FOREACH wanted IN ARRAY ARRAY['recard_owner NOLOGIN',
		'recard_mover NOLOGIN', 'recard_payment LOGIN',
		'recard_purge LOGIN', 'recard_manufacture LOGIN',
		'recard_label LOGIN', 'recard_tracking LOGIN',
		'recard_notify LOGIN', 'recard_portal LOGIN',
		'recard_console LOGIN', 'recard_ctl LOGIN']
	LOOP
		-- Roles belong to the cluster: another of its databases may
		-- have made them, or be making them now.
		BEGIN
			EXECUTE 'CREATE ROLE ' || wanted;
		EXCEPTION WHEN duplicate_object OR unique_violation THEN
			NULL;
		END;
	END LOOP;
END
$$;

-- An administrator who is no superuser acts as these two by membership.
DO $$
DECLARE
	wanted text;
BEGIN
	FOREACH wanted IN ARRAY ARRAY['recard_owner', 'recard_mover'] LOOP
		IF NOT pg_has_role(current_user, wanted, 'MEMBER') THEN
			EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
		END IF;
	END LOOP;
END
$$;

-- Who looks after the server sees how old others' transactions are. An
-- administrator who may not grant it leaves doctor to say so.
DO $$
BEGIN
	IF NOT pg_has_role('recard_ctl', 'pg_read_all_stats', 'MEMBER') THEN
		GRANT pg_read_all_stats TO recard_ctl;
	END IF;
EXCEPTION WHEN insufficient_privilege OR unique_violation THEN
	NULL;
END
$$;

CREATE SCHEMA IF NOT EXISTS recard AUTHORIZATION recard_owner;
CREATE SCHEMA IF NOT EXISTS recard_crypto AUTHORIZATION recard_owner;
CREATE EXTENSION IF NOT EXISTS pgcrypto SCHEMA recard_crypto;
REVOKE ALL ON SCHEMA recard, recard_crypto FROM PUBLIC;
GRANT USAGE ON SCHEMA recard TO recard_mover;
CREATE TABLE IF NOT EXISTS recard.schema_migration (
	version integer PRIMARY KEY,
	name text NOT NULL,
	applied_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE recard.schema_migration OWNER TO recard_owner;

-- advance() belongs to recard_mover (mover.sql); while functions are
-- reloaded it is the owner's again.
DO $$
BEGIN
	IF to_regprocedure('recard.advance(bigint[],text,text,jsonb,timestamptz)')
		IS NOT NULL
	THEN
		ALTER FUNCTION recard.advance(bigint[], text, text, jsonb,
			timestamptz) OWNER TO recard_owner;
	END IF;
END
$$;
