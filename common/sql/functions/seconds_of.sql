-- A span as whole seconds.
CREATE OR REPLACE FUNCTION seconds_of(span interval) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN floor(extract(epoch FROM span))::bigint;
