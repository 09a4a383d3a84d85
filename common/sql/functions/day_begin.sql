-- The moment at which a day begins in Taipei; NULL for no day.
CREATE OR REPLACE FUNCTION day_begin(day date) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN day::timestamp AT TIME ZONE 'Asia/Taipei';
