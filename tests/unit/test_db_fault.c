/*
 * What may be shown of a server's error, and when a connection is lost.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "db_private.h"
#include "mem.h"

static void
test_text(void **state)
{
	static const struct {
		const char *sqlstate, *message;
		bool raised;
		const char *shown;
	} cases[] = {
		{"22P02", "invalid input syntax for type integer: \"A123\"",
		 false, "invalid input syntax for type integer"},
		{"22003", "value \"99999999999\" is out of range for integer",
		 false, "value \"…\" is out of range for integer"},
		{"22008", "date/time field value out of range: \"x: y\"", false,
		 "date/time field value out of range"},
		{"22000", "\"one\" and \"two", false, "\"…\" and \"…"},
		{"22023", "field name: too long", true, "field name: too long"},
		{"23505", "duplicate key value violates \"orders_pkey\"", false,
		 "duplicate key value violates \"orders_pkey\""},
		{"42601", "first line\nsecond line", false, "first line"},
		{"22023", "first line\r\nsecond", true, "first line"},
		{"22012", "", false, ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *shown = db_fault_text(cases[i].sqlstate, cases[i].message,
					    cases[i].raised);

		assert_string_equal(shown, cases[i].shown);
		mem_free(shown);
	}
}

static void
test_fatal(void **state)
{
	static const struct {
		const char *sqlstate;
		bool fatal;
	} cases[] = {
		{"08006", true},  {"08P01", true},  {"57P01", true},
		{"57P02", true},  {"57P03", true},  {"25006", true},
		{"25P03", true},  {"40P01", false}, {"40001", false},
		{"57014", false}, {"55P03", false}, {"23505", false},
		{"25P02", false}, {"", false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(db_fault_fatal(cases[i].sqlstate),
				 cases[i].fatal);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_fatal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
