/*
 * Texts that are handed to PostgreSQL inside other texts: array literals and
 * COPY rows. A value must come out as the value it went in as.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "buffer.h"
#include "db.h"

static void
test_array(void **state)
{
	static const struct {
		const char *elements[3];
		int count;
		const char *literal;
	} cases[] = {
		{{NULL}, 0, "{}"},
		{{"a"}, 1, "{\"a\"}"},
		{{"a", "b", "c"}, 3, "{\"a\",\"b\",\"c\"}"},
		{{NULL}, 1, "{NULL}"},
		{{"NULL"}, 1, "{\"NULL\"}"},
		{{"", NULL, ""}, 3, "{\"\",NULL,\"\"}"},
		{{"say \"hi\""}, 1, "{\"say \\\"hi\\\"\"}"},
		{{"back\\slash"}, 1, "{\"back\\\\slash\"}"},
		{{"\\\""}, 1, "{\"\\\\\\\"\"}"},
		{{"a,b", "{x}", " y "}, 3, "{\"a,b\",\"{x}\",\" y \"}"},
		{{"}"}, 1, "{\"}\"}"},
		{{"line\nbreak\ttab"}, 1, "{\"line\nbreak\ttab\"}"},
		{{"臺北市", "堃"}, 2, "{\"臺北市\",\"堃\"}"},
	};
	size_t i;
	int k;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer array = {0};

		for (k = 0; k < cases[i].count; k++)
			db_array_add(&array, cases[i].elements[k]);
		assert_string_equal(db_array_end(&array), cases[i].literal);
		/* Asked again, it is not closed twice. */
		assert_string_equal(db_array_end(&array), cases[i].literal);
		buffer_free(&array);
	}
}

static void
test_array_of_numbers(void **state)
{
	struct buffer array = {0};

	(void)state;
	db_array_add_int(&array, 0);
	db_array_add_int(&array, -1);
	db_array_add_int(&array, INT64_MAX);
	db_array_add_int(&array, INT64_MIN);
	assert_string_equal(db_array_end(&array),
			    "{0,-1,9223372036854775807,-9223372036854775808}");
	/* The memory serves for another one. */
	buffer_clear(&array);
	db_array_add_int(&array, 7);
	assert_string_equal(db_array_end(&array), "{7}");
	buffer_free(&array);
}

static void
test_array_of_lists(void **state)
{
	char one[] = "09:00", two[] = "17:00";
	char *both[] = {one, two, NULL}, *none[] = {NULL};
	struct buffer array = {0};

	(void)state;
	db_array_add_list(&array, both);
	db_array_add_list(&array, none);
	db_array_add_list(&array, NULL);
	assert_string_equal(db_array_end(&array),
			    "{\"{\\\"09:00\\\",\\\"17:00\\\"}\","
			    "\"{}\",\"{}\"}");
	buffer_free(&array);
}

static void
test_copy_value(void **state)
{
	static const struct {
		const char *value, *row;
	} cases[] = {
		{NULL, "\\N"},
		{"", ""},
		{"plain", "plain"},
		/* Text that looks like NULL, and like the end of data. */
		{"\\N", "\\\\N"},
		{"\\.", "\\\\."},
		{"a\tb", "a\\tb"},
		{"a\nb", "a\\nb"},
		{"a\r\nb", "a\\r\\nb"},
		{"\\t", "\\\\t"},
		{"王小明", "王小明"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer rows = {0};

		buffer_puts(&rows, "x\t");
		db_copy_value(&rows, cases[i].value);
		assert_int_equal(rows.data[0], 'x');
		assert_string_equal(rows.data + 2, cases[i].row);
		buffer_free(&rows);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_array),
		cmocka_unit_test(test_array_of_numbers),
		cmocka_unit_test(test_array_of_lists),
		cmocka_unit_test(test_copy_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
