-- The GS1 mod-10 check digit over 13 digits: weights 3, 1, 3 … from the right
-- (GS1 General Specifications, 7.9). Arithmetic alone, for it is hot; its
-- names are bound when it is made, so that it needs no search_path of its own
-- and can be inlined.
CREATE OR REPLACE FUNCTION gs1_check_digit(number bigint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ((10 - (
		3 * (number % 10) + number / 10 % 10 + 3 * (number / 100 % 10)
		+ number / 1000 % 10 + 3 * (number / 10000 % 10) + number /
		100000 % 10 + 3 * (number / 1000000 % 10) + number / 10000000
		% 10 + 3 * (number / 100000000 % 10) + number / 1000000000 %
		10 + 3 * (number / 10000000000 % 10) + number / 100000000000 %
		10 + 3 * (number / 1000000000000 % 10)
	) % 10) % 10)::integer;
