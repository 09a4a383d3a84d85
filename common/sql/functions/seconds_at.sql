-- A moment as whole seconds since 1970.
CREATE OR REPLACE FUNCTION seconds_at(at timestamptz) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN floor(extract(epoch FROM at))::bigint;
