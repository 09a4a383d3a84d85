/*
 * Amounts and times of notices, from text.
 */
#include <string.h>
#include <time.h>

#include "clock.h"
#include "mem.h"
#include "scheme_private.h"

/* Amounts beyond this are slips. */
#define AMOUNT_MAX 1000000000000
#define AMOUNT_DIGITS 13
/* What the database takes: no time with hundreds of decimals. */
#define TIME_MAX 40
#define TAIPEI_OFFSET (8 * 3600)

bool
scheme_parse_amount(const char *text, int64_t *amount)
{
	size_t len = strlen(text);
	int64_t value = 0;

	if (len == 0 || len > AMOUNT_DIGITS || (len > 1 && *text == '0') ||
	    strspn(text, "0123456789") != len)
		return false;
	for (; *text; text++)
		value = value * 10 + (*text - '0');
	if (value > AMOUNT_MAX)
		return false;
	*amount = value;
	return true;
}

/* ISO 8601, where T may be a blank and the offset may be missing. */
static char *
time_from_iso(const char *text)
{
	char *copy = mem_strdup(text), *with_offset;
	int64_t when;

	if (strlen(copy) > 10 && copy[10] == ' ')
		copy[10] = 'T';
	if (clock_parse_iso(copy, &when))
		return copy;
	with_offset = mem_printf("%s+08:00", copy);
	mem_free(copy);
	if (strlen(with_offset) <= TIME_MAX &&
	    clock_parse_iso(with_offset, &when))
		return with_offset;
	mem_free(with_offset);
	return NULL;
}

/* strptime() lets a blank stand for none, which is how NewebPay's
 * "2023-01-0112:00:00" is read. */
static char *
time_from_format(const char *text, const char *format)
{
	/* What the format leaves out stays impossible. */
	struct tm tm = {
		.tm_year = -1900, .tm_mon = -1, .tm_hour = -1, .tm_min = -1};
	const char *end = strptime(text, format, &tm);
	long offset = TAIPEI_OFFSET;
	char iso[32];

	if (!end || *end ||
	    !clock_date_ok(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) ||
	    tm.tm_hour < 0 || tm.tm_min < 0 || tm.tm_sec > 59)
		return NULL;
	if (strstr(format, "%z"))
		offset = tm.tm_gmtoff;
	clock_format_taipei((int64_t)timegm(&tm) - offset, iso);
	return *iso ? mem_strdup(iso) : NULL;
}

char *
scheme_parse_time(const char *text, const char *format)
{
	if (strlen(text) > TIME_MAX)
		return NULL;
	return strcmp(format, "iso") == 0 ? time_from_iso(text)
					  : time_from_format(text, format);
}
