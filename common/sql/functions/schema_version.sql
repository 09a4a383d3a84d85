-- The version of the schema that is installed; programs compare it with
-- the one they were built for.
-- Returns: number of the last migration.
CREATE OR REPLACE FUNCTION schema_version() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	SELECT max(version) FROM recard.schema_migration
$$;
