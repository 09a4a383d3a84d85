/*
 * import_line: one JSON object a line, read strictly, quoted never.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "import_line.h"
#include "lines.h"
#include "mem.h"

static struct line
line_of(const char *bytes, size_t len)
{
	return (struct line){.number = 1,
			     .data = bytes,
			     .len = len,
			     .has_nul = memchr(bytes, '\0', len) != NULL};
}

#define BYTES(literal) (literal), sizeof(literal) - 1

static void
test_refusals(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *code, *text;
	} cases[] = {
		{BYTES("{\"a\":\"x\0y\"}"), "nul_byte",
		 "the line holds a NUL byte"},
		{BYTES("{\"a\":\"\xff\"}"), "bad_utf8", "no UTF-8 at byte 7"},
		{BYTES("{\"a\":\"\xed\xa0\x80\"}"), "bad_utf8",
		 "no UTF-8 at byte 7"},
		{BYTES("{\"a\":\"secret"), "bad_json",
		 "it ends too early, at byte 12"},
		{BYTES("{\"a\":1,\"a\":2}"), "bad_json",
		 "a field stands there twice, at byte 10"},
		{BYTES("{} secret"), "bad_json",
		 "something follows the object, at byte 9"},
		{BYTES("{\"a\":\"\\u0000\"}"), "bad_json",
		 "a NUL character is inside, at byte 13"},
		{BYTES("{\"a\":1e999}"), "bad_json",
		 "a number is too large, at byte 10"},
		{BYTES("secret"), "bad_json", "not JSON, at byte 6"},
		{BYTES("\"secret\""), "bad_json", "not JSON, at byte 8"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct line line = line_of(cases[i].bytes, cases[i].len);
		const char *code = NULL;
		char *text = NULL;

		assert_null(import_line_parse(&line, &code, &text));
		assert_string_equal(code, cases[i].code);
		assert_string_equal(text, cases[i].text);
		mem_free(text);
	}
}

static void
test_object(void **state)
{
	struct line line = line_of(BYTES("{\"name\":\"王𤧟\"}"));
	const char *code = NULL;
	char *text = NULL;
	json_t *object = import_line_parse(&line, &code, &text);

	(void)state;
	assert_non_null(object);
	assert_null(text);
	assert_string_equal(json_string_value(json_object_get(object, "name")),
			    "王𤧟");
	json_decref(object);
}

static void
test_deep_nesting_ends(void **state)
{
	enum { DEPTH = 60000 };
	char *bytes = mem_alloc(DEPTH + 1, 1);
	struct line line;
	const char *code = NULL;
	char *text = NULL;

	(void)state;
	memset(bytes, '[', DEPTH);
	line = line_of(bytes, DEPTH);
	assert_null(import_line_parse(&line, &code, &text));
	assert_string_equal(code, "bad_json");
	mem_free(text);
	mem_free(bytes);
}

static void
test_empty(void **state)
{
	struct line blank = line_of(BYTES(" \t ")), none = line_of(BYTES("")),
		    nul = line_of(BYTES("\0")), some = line_of(BYTES("  {"));

	(void)state;
	assert_true(import_line_empty(&blank));
	assert_true(import_line_empty(&none));
	assert_false(import_line_empty(&nul));
	assert_false(import_line_empty(&some));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_object),
		cmocka_unit_test(test_deep_nesting_ends),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
