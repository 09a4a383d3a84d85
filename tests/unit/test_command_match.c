/*
 * command_match: whole words, beginnings, slips.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "buffer.h"
#include "command.h"
#include "command_match.h"

static const struct command table[] = {{.noun = "status"},
				       {.noun = "verify"},
				       {.noun = "version"},
				       {.noun = "order", .verb = "list"},
				       {.noun = "order", .verb = "show"},
				       {.noun = "cluster", .verb = "start"},
				       {.noun = "cluster", .verb = "starter"},
				       {.noun = NULL}};

static void
test_nouns(void **state)
{
	static const struct {
		const char *typed, *found, *why;
	} cases[] = {
		{"status", "status", NULL},
		{"s", "status", NULL},
		{"ord", "order", NULL},
		{"ver", NULL, "'ver' could be verify or version"},
		{"veri", "verify", NULL},
		{"ordr", NULL,
		 "'ordr': no such command (did you mean \"order\"?)"},
		{"statuss", NULL,
		 "'statuss': no such command (did you mean \"status\"?)"},
		{"Status", NULL,
		 "'Status': no such command (did you mean \"status\"?)"},
		{"xyzzyplugh", NULL, "'xyzzyplugh': no such command"},
		{"", NULL, "'': no such command"},
	};
	struct command_names names;
	size_t i;

	(void)state;
	command_nouns(table, &names);
	assert_int_equal(names.count, 5);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer why = {0};
		const char *found = NULL;
		enum command_match match =
			command_match(&names, cases[i].typed, &found, &why);

		if (cases[i].found) {
			assert_int_equal(match, COMMAND_FOUND);
			assert_string_equal(found, cases[i].found);
			assert_int_equal(why.len, 0);
		} else {
			assert_int_not_equal(match, COMMAND_FOUND);
			assert_string_equal(why.data, cases[i].why);
		}
		buffer_free(&why);
	}
}

static void
test_verbs(void **state)
{
	struct command_names names;
	struct buffer why = {0};
	const char *found = NULL;

	(void)state;
	command_verbs(table, "status", &names);
	assert_int_equal(names.count, 0);
	command_verbs(table, "cluster", &names);
	assert_int_equal(names.count, 2);
	/* A whole word wins over a longer one that it begins. */
	assert_int_equal(command_match(&names, "start", &found, &why),
			 COMMAND_FOUND);
	assert_string_equal(found, "start");
	assert_int_equal(command_match(&names, "star", &found, &why),
			 COMMAND_AMBIGUOUS);
	assert_string_equal(why.data, "'star' could be start or starter");
	buffer_free(&why);
}

static void
test_find(void **state)
{
	(void)state;
	assert_ptr_equal(command_find(table, "status", NULL), &table[0]);
	assert_ptr_equal(command_find(table, "order", "show"), &table[4]);
	assert_null(command_find(table, "order", NULL));
	assert_null(command_find(table, "status", "show"));
	assert_null(command_find(table, "cluster", "show"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nouns),
		cmocka_unit_test(test_verbs),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
