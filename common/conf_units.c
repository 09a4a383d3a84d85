/*
 * Durations and sizes: whole numbers with a unit.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "conf_private.h"

struct unit {
	const char *name;
	int64_t factor;
};

/* Largest first: the first that divides a value is the one to print. */
static const struct unit duration_units[] = {
	{"d", 86400000}, {"h", 3600000}, {"m", 60000},
	{"s", 1000},     {"ms", 1},      {NULL, 0},
};
static const struct unit size_units[] = {
	{"G", 1 << 30}, {"M", 1 << 20}, {"k", 1 << 10}, {"", 1}, {NULL, 0},
};

static bool
parse_units(const char *text, const struct unit *units, int64_t *result)
{
	int64_t number = 0;

	if (*text < '0' || *text > '9')
		return false;
	for (; *text >= '0' && *text <= '9'; text++)
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, *text - '0', &number))
			return false;
	for (; units->name; units++) {
		if (strcmp(text, units->name) != 0)
			continue;
		if (__builtin_mul_overflow(number, units->factor, &number))
			return false;
		*result = number;
		return true;
	}
	return false;
}

static void
format_units(int64_t value, const struct unit *units, char out[32])
{
	while (value % units->factor != 0)
		units++;
	snprintf(out, 32, "%" PRId64 "%s", value / units->factor, units->name);
}

void
conf_format_duration(int64_t ms, char out[32])
{
	if (ms == 0)
		snprintf(out, 32, "0s");
	else
		format_units(ms, duration_units, out);
}

static void
format_size(int64_t bytes, char out[32])
{
	if (bytes == 0)
		snprintf(out, 32, "0");
	else
		format_units(bytes, size_units, out);
}

bool
conf_parse_duration(const char *text, int64_t *ms)
{
	return parse_units(text, duration_units, ms);
}

bool
conf_parse_size(const char *text, int64_t *bytes)
{
	return parse_units(text, size_units, bytes);
}

bool
conf_parse_length(const char *text, int64_t *micrometres)
{
	int64_t number = 0, unit = 1000;
	bool decimals = false;

	if (*text < '0' || *text > '9')
		return false;
	for (; (*text >= '0' && *text <= '9') || (*text == '.' && !decimals);
	     text++) {
		if (*text == '.') {
			decimals = true;
			continue;
		}
		if (number > INT32_MAX)
			return false;
		number = number * 10 + (*text - '0');
		/* Only of millimetres, and not more than there are. */
		if (decimals && (unit /= 10) == 0)
			return false;
	}
	if (text[-1] == '.')
		return false;
	if (strcmp(text, "cm") == 0)
		unit *= 10;
	else if (strcmp(text, "mm") != 0)
		return false;
	*micrometres = number * unit;
	return true;
}

static void
format_length(int64_t micrometres, char out[32])
{
	int64_t decimals = micrometres % 1000;
	int digits = 3;

	while (digits > 0 && decimals % 10 == 0) {
		decimals /= 10;
		digits--;
	}
	if (digits == 0)
		snprintf(out, 32, "%" PRId64 "mm", micrometres / 1000);
	else
		snprintf(out, 32, "%" PRId64 ".%0*" PRId64 "mm",
			 micrometres / 1000, digits, decimals);
}

void
conf_format_number(enum conf_type type, int64_t number, char out[32])
{
	if (type == CONF_DURATION)
		conf_format_duration(number, out);
	else if (type == CONF_SIZE)
		format_size(number, out);
	else if (type == CONF_LENGTH)
		format_length(number, out);
	else
		snprintf(out, 32, "%" PRId64, number);
}
