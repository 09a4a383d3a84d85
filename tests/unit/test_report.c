/*
 * report: what is written parses as JSON and says what was put in.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#include "mem.h"
#include "report.h"

static json_t *
parse(const struct report *report, const char *file, const char *digest,
      bool accepted)
{
	char *text = report_json(report, file, digest, accepted);
	json_error_t error;
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!root)
		fail_msg("%s in: %s", error.text, text);
	mem_free(text);
	return root;
}

static const char *
text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static json_int_t
number_of(const json_t *object, const char *key)
{
	json_t *number = json_object_get(object, key);

	assert_true(json_is_integer(number));
	return json_integer_value(number);
}

static void
test_accepted(void **state)
{
	struct report report = {.rows = 120, .applied = 98, .duplicate = 2};
	json_t *root, *rejects, *first, *last;

	(void)state;
	for (unsigned long i = 0; i < 20; i++)
		report_reject(&report, i + 2, "bad_date", "column %d: %s", 3,
			      "not a date");
	report.note = mem_strdup("seen before \"as\" other");
	root = parse(&report, "a.csv", "00ff", true);
	assert_string_equal(text_of(root, "file"), "a.csv");
	assert_string_equal(text_of(root, "sha256"), "00ff");
	assert_string_equal(text_of(root, "outcome"), "done");
	assert_true(json_is_null(json_object_get(root, "reason")));
	assert_null(json_object_get(root, "reason_text"));
	assert_null(json_object_get(root, "seen"));
	assert_string_equal(text_of(root, "note"), "seen before \"as\" other");
	assert_int_equal(number_of(root, "rows"), 120);
	assert_int_equal(number_of(root, "applied"), 98);
	assert_int_equal(number_of(root, "duplicate"), 2);
	assert_int_equal(number_of(root, "rejected"), 20);
	rejects = json_object_get(root, "rejects");
	assert_int_equal(json_array_size(rejects), 20);
	first = json_array_get(rejects, 0);
	last = json_array_get(rejects, 19);
	assert_int_equal(number_of(first, "line"), 2);
	assert_string_equal(text_of(first, "code"), "bad_date");
	assert_string_equal(text_of(first, "text"), "column 3: not a date");
	assert_int_equal(number_of(last, "line"), 21);
	json_decref(root);
	report_free(&report);
	assert_null(report.rejects);
	assert_int_equal(report.rejected, 0);
}

static void
test_refused(void **state)
{
	struct report report = {.seen = true};
	json_t *root;

	(void)state;
	report_refuse(&report, "bad_header", "line %d", 1);
	report_refuse(&report, "bad_trailer", "later");
	root = parse(&report, "b.csv", NULL, false);
	assert_string_equal(text_of(root, "outcome"), "rejected");
	assert_string_equal(text_of(root, "reason"), "bad_header");
	assert_string_equal(text_of(root, "reason_text"), "line 1");
	assert_true(json_is_null(json_object_get(root, "sha256")));
	assert_true(json_is_true(json_object_get(root, "seen")));
	assert_int_equal(json_array_size(json_object_get(root, "rejects")), 0);
	json_decref(root);
	report_free(&report);
	report_free(&report);
}

static void
test_hostile_texts(void **state)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{"", ""},
		{"quote \" backslash \\ /", "quote \" backslash \\ /"},
		{"line\nbell\x07", "line\nbell\x07"},
		{"臺北 𠮷", "臺北 𠮷"},
		{"bad \xff\xe4\xb8", "bad \\xff\\xe4\\xb8"},
		{"\"},{\"line\":1", "\"},{\"line\":1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct report report = {0};
		json_t *root, *row;

		report_reject(&report, 1, "code", "%s", cases[i].text);
		root = parse(&report, cases[i].text, "d", true);
		row = json_array_get(json_object_get(root, "rejects"), 0);
		assert_string_equal(text_of(row, "text"), cases[i].wanted);
		assert_string_equal(text_of(root, "file"), cases[i].wanted);
		json_decref(root);
		report_free(&report);
	}
}

/* People read it with less and grep: one rejected row a line. */
static void
test_layout(void **state)
{
	struct report report = {.rows = 3, .applied = 1};
	char *text;

	(void)state;
	report_reject(&report, 2, "a", "x");
	report_reject(&report, 3, "b", "y");
	text = report_json(&report, "f", "d", true);
	assert_non_null(strstr(
		text, "\n  {\"line\":2,\"code\":\"a\",\"text\":\"x\"},\n"));
	assert_non_null(
		strstr(text, "\n  {\"line\":3,\"code\":\"b\",\"text\":\"y\"}"));
	assert_int_equal(text[strlen(text) - 1], '\n');
	mem_free(text);
	report_free(&report);
}

/* An archive's report sums its members up and says where each row stands. */
static void
test_members(void **state)
{
	struct report report = {0}, member = {.rows = 3, .applied = 2};
	json_t *root, *rejects;

	(void)state;
	report_reject(&member, 2, "a", "x");
	report_add_member(&report, "one.txt", &member);
	assert_null(member.rejects);
	assert_int_equal(member.rows, 0);
	member = (struct report){.rows = 4, .duplicate = 2};
	report_reject(&member, 2, "b", "y");
	report_reject(&member, 3, "c", "z");
	report_refuse(&member, "wrong_numbers", "2 of 4");
	report_add_member(&report, "two.txt", &member);
	root = parse(&report, "f.zip", "d", false);
	assert_int_equal(number_of(root, "rows"), 7);
	assert_int_equal(number_of(root, "applied"), 2);
	assert_int_equal(number_of(root, "duplicate"), 2);
	assert_int_equal(number_of(root, "rejected"), 3);
	assert_string_equal(text_of(root, "reason"), "wrong_numbers");
	assert_string_equal(text_of(root, "reason_text"), "two.txt: 2 of 4");
	rejects = json_object_get(root, "rejects");
	assert_int_equal(json_array_size(rejects), 3);
	assert_string_equal(text_of(json_array_get(rejects, 0), "file"),
			    "one.txt");
	assert_int_equal(number_of(json_array_get(rejects, 0), "line"), 2);
	assert_string_equal(text_of(json_array_get(rejects, 2), "file"),
			    "two.txt");
	assert_string_equal(text_of(json_array_get(rejects, 2), "code"), "c");
	json_decref(root);
	report_free(&report);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_hostile_texts),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
