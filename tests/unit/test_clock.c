/*
 * clock: times and dates as text, in and out.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "clock.h"

static void
test_iso(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t seconds;
	} cases[] = {
		{"1970-01-01T00:00:00Z", true, 0},
		{"1970-01-01T08:00:00+08:00", true, 0},
		{"1969-12-31T16:00:00-08:00", true, 0},
		{"2026-11-23T09:00:00+08:00", true, 1795395600},
		{"2026-11-23T09:00:00.999999+08:00", true, 1795395600},
		{"2000-02-29T23:59:59Z", true, 951868799},
		{"2016-12-31T23:59:60Z", false, 0},
		{"2026-02-29T00:00:00Z", false, 0},
		{"2026-13-01T00:00:00Z", false, 0},
		{"2026-00-10T00:00:00Z", false, 0},
		{"2026-11-23T24:00:00Z", false, 0},
		{"2026-11-23T09:60:00Z", false, 0},
		{"2026-11-23T09:00:00", false, 0},
		{"2026-11-23T09:00:00.+08:00", false, 0},
		{"2026-11-23 09:00:00+08:00", false, 0},
		{"2026-11-23T09:00:00+0800", false, 0},
		{"2026-11-23T09:00:00+08:60", false, 0},
		{"2026-11-23T09:00:00+16:00", false, 0},
		{"2026-11-23T09:00:00+08:00 ", false, 0},
		{"2026-11-23T09:00:00Zx", false, 0},
		{"2026-11-23", false, 0},
		{"", false, 0},
		{"0000-01-01T00:00:00Z", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t seconds = -7;

		assert_int_equal(clock_parse_iso(cases[i].text, &seconds),
				 cases[i].ok);
		assert_int_equal(seconds, cases[i].ok ? cases[i].seconds : -7);
	}
}

static void
test_taipei(void **state)
{
	static const struct {
		int64_t seconds;
		const char *wanted;
	} cases[] = {
		{0, "1970-01-01T08:00:00+08:00"},
		{-1, "1970-01-01T07:59:59+08:00"},
		{1795395600, "2026-11-23T09:00:00+08:00"},
		{1078070399, "2004-02-29T23:59:59+08:00"},
		{253402271999, "9999-12-31T23:59:59+08:00"},
		{253402272000, ""},
		{-62135625600, "0001-01-01T00:00:00+08:00"},
		{INT64_MAX, ""},
		{INT64_MIN, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[32];
		int64_t back;

		clock_format_taipei(cases[i].seconds, text);
		assert_string_equal(text, cases[i].wanted);
		if (!*text)
			continue;
		assert_true(clock_parse_iso(text, &back));
		assert_int_equal(back, cases[i].seconds);
	}
}

static void
test_dates(void **state)
{
	static const struct {
		const char *text;
		int year, month, day; /* year 0: refused */
	} cases[] = {
		{"2026-11-23", 2026, 11, 23}, {"20261123", 2026, 11, 23},
		{"2026.11.23", 2026, 11, 23}, {"115/11/23", 2026, 11, 23},
		{"1151123", 2026, 11, 23},    {"1130229", 2024, 2, 29},
		{"113/02/29", 2024, 2, 29},   {"001/01/01", 1912, 1, 1},
		{"1140229", 0, 0, 0},         {"20260229", 0, 0, 0},
		{"1900-02-29", 0, 0, 0},      {"2000-02-29", 2000, 2, 29},
		{"2026-11-31", 0, 0, 0},      {"2026-11-00", 0, 0, 0},
		{"2026-00-01", 0, 0, 0},      {"000/01/01", 0, 0, 0},
		{"0000-01-01", 0, 0, 0},      {"2026/11/23", 0, 0, 0},
		{"2026-1-1", 0, 0, 0},        {"2026-11-23 ", 0, 0, 0},
		{" 2026-11-23", 0, 0, 0},     {"2026-11.23", 0, 0, 0},
		{"115.11.23", 0, 0, 0},       {"", 0, 0, 0},
		{"202611234", 0, 0, 0},       {"-261123", 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int year = 0, month = 0, day = 0;

		assert_int_equal(
			clock_parse_date(cases[i].text, &year, &month, &day),
			cases[i].year != 0);
		assert_int_equal(year, cases[i].year);
		assert_int_equal(month, cases[i].month);
		assert_int_equal(day, cases[i].day);
	}
}

static void
test_times_of_day(void **state)
{
	static const char *const good[] = {"00:00", "09:05", "19:59", "20:00",
					   "23:59"};
	static const char *const bad[] = {"",      "9:05",  "24:00", "29:59",
					  "12:60", "12:5",  "12-05", "12:05 ",
					  "1a:00", "-1:00", "12:005"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(clock_time_of_day_ok(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(clock_time_of_day_ok(bad[i]));
}

static void
test_monotonic_never_goes_back(void **state)
{
	int64_t last = clock_monotonic_ms();

	(void)state;
	assert_true(last > 0);
	for (int i = 0; i < 1000; i++) {
		int64_t now = clock_monotonic_ms();

		assert_true(now >= last);
		last = now;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_iso),
		cmocka_unit_test(test_taipei),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_times_of_day),
		cmocka_unit_test(test_monotonic_never_goes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
