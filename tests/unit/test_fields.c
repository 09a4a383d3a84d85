/*
 * fields: RFC 4180 lines in and, through buffer_put_csv(), out again.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "buffer.h"
#include "fields.h"

#define LINE(text) text, sizeof(text) - 1

static void
test_splitting(void **state)
{
	static const struct {
		const char *line;
		size_t len;
		char delimiter;
		int count; /* -1: refused */
		const char *values[6];
	} cases[] = {
		{LINE(""), ',', 0, {0}},
		{LINE("a"), ',', 1, {"a"}},
		{LINE("a,b,c"), ',', 3, {"a", "b", "c"}},
		{LINE(","), ',', 2, {"", ""}},
		{LINE("a,"), ',', 2, {"a", ""}},
		{LINE(",,,"), ',', 4, {"", "", "", ""}},
		{LINE(" a , b "), ',', 2, {" a ", " b "}},
		{LINE("  "), ',', 1, {"  "}},
		{LINE("a\tb"), '\t', 2, {"a", "b"}},
		{LINE("a|b,c|\t"), '|', 3, {"a", "b,c", "\t"}},
		{LINE("\"a,b\",c"), ',', 2, {"a,b", "c"}},
		{LINE("\"say \"\"x\"\"\""), ',', 1, {"say \"x\""}},
		{LINE("\"\",\"\""), ',', 2, {"", ""}},
		{LINE("\" a \""), ',', 1, {" a "}},
		{LINE("\"a\nb\",c"), ',', 2, {"a\nb", "c"}},
		{LINE("a\rb,c"), ',', 2, {"a\rb", "c"}},
		{LINE("00123,王小明"), ',', 2, {"00123", "王小明"}},
		{LINE("\"a"), ',', -1, {0}},
		{LINE("a,\""), ',', -1, {0}},
		{LINE("\"a\"b"), ',', -1, {0}},
		{LINE("\"a\" ,b"), ',', -1, {0}},
		{LINE("a\"b"), ',', -1, {0}},
		{LINE("a\0b"), ',', -1, {0}},
	};
	struct fields fields = {0};

	(void)state;
	/* Twice: what a refused line leaves behind does not matter. */
	for (size_t n = 0; n < 2 * sizeof(cases) / sizeof(cases[0]); n++) {
		size_t i = n % (sizeof(cases) / sizeof(cases[0]));

		assert_int_equal(fields_split(&fields, cases[i].line,
					      cases[i].len, cases[i].delimiter),
				 cases[i].count < 0 ? -1 : 0);
		assert_int_equal(fields.count,
				 cases[i].count < 0 ? 0 : cases[i].count);
		for (size_t j = 0; j < fields.count; j++)
			assert_string_equal(fields.values[j],
					    cases[i].values[j]);
	}
	fields_free(&fields);
	assert_null(fields.values);
	fields_free(&fields);
}

static void
test_many_fields_stay_in_place(void **state)
{
	struct fields fields = {0};
	struct buffer line = {0};

	(void)state;
	for (int i = 0; i < 5000; i++)
		buffer_printf(&line, "%s%d", i ? "," : "", i);
	assert_int_equal(fields_split(&fields, line.data, line.len, ','), 0);
	assert_int_equal(fields.count, 5000);
	for (size_t i = 0; i < 5000; i++) {
		buffer_clear(&line);
		buffer_printf(&line, "%zu", i);
		assert_string_equal(fields.values[i], line.data);
	}
	/* All of them empty: the most NULs for the bytes. */
	buffer_clear(&line);
	for (int i = 0; i < 5000; i++)
		buffer_putc(&line, ',');
	assert_int_equal(fields_split(&fields, line.data, line.len, ','), 0);
	assert_int_equal(fields.count, 5001);
	for (size_t i = 0; i < 5001; i++)
		assert_string_equal(fields.values[i], "");
	buffer_free(&line);
	fields_free(&fields);
}

static void
test_what_is_written_is_read(void **state)
{
	static const char *const values[] = {
		"plain", "",     " blank ",      "a,b",
		"\"",    "\"\"", "a\"b,\n\"c\"", "臺北市中正區",
		"\r\n",  "x",
	};
	size_t count = sizeof(values) / sizeof(values[0]);
	struct fields fields = {0};
	struct buffer line = {0};

	(void)state;
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buffer_putc(&line, ',');
		buffer_put_csv(&line, values[i]);
	}
	assert_int_equal(fields_split(&fields, line.data, line.len, ','), 0);
	assert_int_equal(fields.count, count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(fields.values[i], values[i]);
	buffer_free(&line);
	fields_free(&fields);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_splitting),
		cmocka_unit_test(test_many_fields_stay_in_place),
		cmocka_unit_test(test_what_is_written_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
