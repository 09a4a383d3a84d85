/*
 * Running other programs: status, last words, deadline, closed input.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "child.h"
#include "clock.h"
#include "mem.h"

static const struct child_user ourselves = {.drop = false};

static void
test_run(void **state)
{
	static const struct {
		const char *argv[4];
		int status;
		const char *said;
	} cases[] = {
		{{"/bin/true", NULL}, 0, "it said nothing"},
		{{"/bin/false", NULL}, 1, "it said nothing"},
		{{"/bin/sh", "-c", "echo one; echo two >&2; echo; exit 7"},
		 7,
		 "two"},
		{{"/bin/sh", "-c", "kill -9 $$"}, -1, "killed by signal 9"},
		{{"/nonexistent/x", NULL}, -1, "cannot run /nonexistent/x"},
		/* No input, and nothing of our environment. */
		{{"/bin/sh", "-c", "read line || echo end"}, 0, "end"},
		{{"/bin/sh", "-c", "echo \"$HOME$LC_ALL\""}, 0, "C"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *argv[5] = {cases[i].argv[0], cases[i].argv[1],
				       cases[i].argv[2], cases[i].argv[3],
				       NULL};
		char *said = NULL;

		assert_int_equal(child_run(&ourselves, argv, 30000, &said),
				 cases[i].status);
		assert_string_equal(said, cases[i].said);
		mem_free(said);
	}
}

static void
test_deadline(void **state)
{
	const char *const argv[] = {"/bin/sh", "-c", "sleep 60 & sleep 60",
				    NULL};
	int64_t start = clock_monotonic_ms();
	char *said = NULL;

	(void)state;
	assert_int_equal(child_run(&ourselves, argv, 100, &said), -1);
	assert_string_equal(said, "no end within the time limit");
	assert_true(clock_monotonic_ms() - start < 30000);
	mem_free(said);
}

static void
test_much_output(void **state)
{
	const char *const argv[] = {
		"/bin/sh", "-c",
		"i=0; while [ $i -lt 40000 ]; do echo number $i; "
		"i=$((i + 1)); done; echo last",
		NULL};
	char *said = NULL;

	(void)state;
	assert_int_equal(child_run(&ourselves, argv, 60000, &said), 0);
	assert_string_equal(said, "last");
	mem_free(said);
}

static int
answer(void *arg)
{
	return *(const int *)arg;
}

static void
test_call(void **state)
{
	int value;

	(void)state;
	for (value = 0; value < 4; value++)
		assert_int_equal(child_call(&ourselves, answer, &value), value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_much_output),
		cmocka_unit_test(test_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
