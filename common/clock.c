/*
 * Times as text, and the monotonic clock: see clock.h.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clock.h"

#define TAIPEI_OFFSET (8 * 3600)
#define ROC_YEAR_ZERO 1911

int64_t
clock_now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec;
}

int64_t
clock_monotonic_ms(void)
{
	struct timespec now;

	/* Cannot fail: the clock exists and now is ours. */
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool
clock_date_ok(int year, int month, int day)
{
	static const int days[] = {31, 28, 31, 30, 31, 30,
				   31, 31, 30, 31, 30, 31};
	bool leap;

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
		return false;
	leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return day <= days[month - 1] + (leap && month == 2);
}

/*
 * Matches text against pattern: '0' stands for a digit, other characters for
 * themselves. Returns where text goes on, or NULL.
 */
static const char *
match(const char *text, const char *pattern)
{
	for (; *pattern; text++, pattern++) {
		if (*pattern == '0' ? *text < '0' || *text > '9'
				    : *text != *pattern)
			return NULL;
	}
	return text;
}

static int
digits(const char *text, int count)
{
	int number = 0;

	while (count-- > 0)
		number = number * 10 + (*text++ - '0');
	return number;
}

bool
clock_parse_date(const char *text, int *year, int *month, int *day)
{
	static const struct {
		const char *pattern;
		int year_digits, month_at, day_at, year_zero;
	} formats[] = {
		{"0000-00-00", 4, 5, 8, 0},
		{"00000000", 4, 4, 6, 0},
		{"0000.00.00", 4, 5, 8, 0},
		{"000/00/00", 3, 4, 7, ROC_YEAR_ZERO},
		{"0000000", 3, 3, 5, ROC_YEAR_ZERO},
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		const char *rest = match(text, formats[i].pattern);
		int y, m, d;

		if (!rest || *rest)
			continue;
		y = digits(text, formats[i].year_digits);
		m = digits(text + formats[i].month_at, 2);
		d = digits(text + formats[i].day_at, 2);
		/* There was no ROC year 0. */
		if (y == 0 || !clock_date_ok(y + formats[i].year_zero, m, d))
			return false;
		*year = y + formats[i].year_zero;
		*month = m;
		*day = d;
		return true;
	}
	return false;
}

/* "Z" or "+08:00" to seconds east of Greenwich. */
static bool
parse_offset(const char *text, int *seconds)
{
	int hours, minutes;

	if (strcmp(text, "Z") == 0) {
		*seconds = 0;
		return true;
	}
	if ((*text != '+' && *text != '-') || !match(text + 1, "00:00") ||
	    text[6])
		return false;
	hours = digits(text + 1, 2);
	minutes = digits(text + 4, 2);
	if (hours > 15 || minutes > 59)
		return false;
	*seconds = (hours * 60 + minutes) * 60;
	if (*text == '-')
		*seconds = -*seconds;
	return true;
}

bool
clock_parse_iso(const char *text, int64_t *unix_seconds)
{
	const char *rest = match(text, "0000-00-00T00:00:00");
	struct tm tm = {0};
	int offset;

	if (!rest)
		return false;
	if (*rest == '.') {
		if (!match(rest + 1, "0"))
			return false;
		rest++;
		rest += strspn(rest, "0123456789");
	}
	if (!parse_offset(rest, &offset))
		return false;
	tm.tm_year = digits(text, 4);
	tm.tm_mon = digits(text + 5, 2);
	tm.tm_mday = digits(text + 8, 2);
	tm.tm_hour = digits(text + 11, 2);
	tm.tm_min = digits(text + 14, 2);
	tm.tm_sec = digits(text + 17, 2);
	if (!clock_date_ok(tm.tm_year, tm.tm_mon, tm.tm_mday) ||
	    tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 59)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	*unix_seconds = (int64_t)timegm(&tm) - offset;
	return true;
}

void
clock_format_taipei(int64_t unix_seconds, char out[32])
{
	/* Years 1 to 9999; beyond them there is no such text. */
	static const int64_t first = -62135596800, last = 253402300799;
	time_t local;
	struct tm tm;

	out[0] = '\0';
	if (unix_seconds < first - TAIPEI_OFFSET ||
	    unix_seconds > last - TAIPEI_OFFSET)
		return;
	local = (time_t)(unix_seconds + TAIPEI_OFFSET);
	if (!gmtime_r(&local, &tm))
		return;
	snprintf(out, 32, "%04u-%02u-%02uT%02u:%02u:%02u+08:00",
		 (unsigned)(tm.tm_year + 1900) % 10000u,
		 (unsigned)(tm.tm_mon + 1) % 100u, (unsigned)tm.tm_mday % 100u,
		 (unsigned)tm.tm_hour % 100u, (unsigned)tm.tm_min % 100u,
		 (unsigned)tm.tm_sec % 100u);
}

bool
clock_time_of_day_ok(const char *text)
{
	static const char highest[] = "29:59";

	if (strlen(text) != strlen(highest))
		return false;
	for (size_t i = 0; highest[i]; i++)
		if (highest[i] == ':' ? text[i] != ':'
				      : text[i] < '0' || text[i] > highest[i])
			return false;
	return strncmp(text, "24", 2) < 0;
}
