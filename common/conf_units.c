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

void
conf_format_number(enum conf_type type, int64_t number, char out[32])
{
	if (type == CONF_DURATION)
		conf_format_duration(number, out);
	else if (type == CONF_SIZE)
		format_size(number, out);
	else
		snprintf(out, 32, "%" PRId64, number);
}
