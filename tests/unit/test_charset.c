/*
 * charset: strict conversion with the place of the fault, UTF-8, and the
 * characters that are never printed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "buffer.h"
#include "charset.h"

#define BYTES(text) text, sizeof(text) - 1

static void
test_converting(void **state)
{
	static const struct {
		const char *from, *to;
		const char *bytes;
		size_t len;
		long offset; /* -1: converts as a whole */
		const char *wanted;
	} cases[] = {
		{"UTF-8", "CP950", BYTES("中文"), -1, "\xa4\xa4\xa4\xe5"},
		{"UTF-8", "CP950", BYTES(""), -1, ""},
		{"CP950", "UTF-8", BYTES("\xa4\xa4\xa4\xe5 12"), -1, "中文 12"},
		/* Second byte is a backslash. */
		{"CP950", "UTF-8", BYTES("\xb3\x5c"), -1, "許"},
		/* Common in names, but not in Big5. */
		{"UTF-8", "CP950", BYTES("王堃"), 3, "\xa4\xfd"},
		{"UTF-8", "CP950", BYTES("喆"), 0, ""},
		{"UTF-8", "BIG5", BYTES("a煊b"), 1, "a"},
		{"UTF-8", "BIG5", BYTES("王堃"), 3, "\xa4\xfd"},
		/* Not a character; a character cut short; a lone lead. */
		{"CP950", "UTF-8", BYTES("ab\xff"), 2, "ab"},
		{"CP950", "UTF-8", BYTES("\xa4\xa4\xa4"), 2, "中"},
		{"CP950", "UTF-8", BYTES("\xa4\x20"), 0, ""},
		{"UTF-8", "CP950", BYTES("a\xe4\xb8"), 1, "a"},
		{"UTF-8", "CP950", BYTES("a\xc0\x80"), 1, "a"},
		{"UTF-8", "UTF-16BE", BYTES("\xed\xa0\x80"), 0, ""},
		/* Would vanish without a word. */
		{"UTF-8", "CP950", BYTES("a\xf3\xa0\x81\x81"), 1, "a"},
		{"BIG5-HKSCS", "UTF-8", BYTES("\xa4\xfd\x88"), 2, "王"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct charset *charset =
			charset_open(cases[i].from, cases[i].to);
		struct buffer out = {0};

		assert_non_null(charset);
		/* Twice: a fault leaves nothing behind in the converter. */
		for (int n = 0; n < 2; n++) {
			size_t offset = 999;
			int result;

			buffer_clear(&out);
			buffer_puts(&out, "=");
			result = charset_convert(charset, cases[i].bytes,
						 cases[i].len, &out, &offset);
			assert_int_equal(result, cases[i].offset < 0 ? 0 : -1);
			if (cases[i].offset >= 0)
				assert_int_equal(offset, cases[i].offset);
			assert_int_equal(out.data[0], '=');
			assert_string_equal(out.data + 1, cases[i].wanted);
			assert_int_equal(out.len, strlen(out.data));
		}
		buffer_free(&out);
		charset_close(charset);
	}
}

static void
test_hkscs_takes_rare_names(void **state)
{
	static const char *const names[] = {"堃", "喆", "煊", "王堃喆煊",
					    "峯", "Ê̄a", "Ê"};
	struct charset *to = charset_open("UTF-8", "BIG5-HKSCS");
	struct charset *back = charset_open("BIG5-HKSCS", "UTF-8");

	(void)state;
	assert_non_null(to);
	assert_non_null(back);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct buffer big5 = {0}, utf8 = {0};
		size_t offset;

		assert_int_equal(charset_convert(to, names[i], strlen(names[i]),
						 &big5, &offset),
				 0);
		assert_int_equal(charset_convert(back, big5.data, big5.len,
						 &utf8, &offset),
				 0);
		assert_string_equal(utf8.data, names[i]);
		buffer_free(&big5);
		buffer_free(&utf8);
	}
	charset_close(to);
	charset_close(back);
}

static void
test_long_text(void **state)
{
	struct charset *charset = charset_open("CP950", "UTF-8");
	struct buffer big5 = {0}, utf8 = {0};
	size_t offset;

	(void)state;
	for (int i = 0; i < 50000; i++)
		buffer_puts(&big5, "\xa4\xa4");
	assert_int_equal(
		charset_convert(charset, big5.data, big5.len, &utf8, &offset),
		0);
	assert_int_equal(utf8.len, 150000);
	assert_string_equal(utf8.data + 149997, "中");
	buffer_puts(&big5, "\xff");
	buffer_clear(&utf8);
	assert_int_equal(
		charset_convert(charset, big5.data, big5.len, &utf8, &offset),
		-1);
	assert_int_equal(offset, 100000);
	buffer_free(&big5);
	buffer_free(&utf8);
	charset_close(charset);
}

static void
test_lossy_and_unknown_names_are_refused(void **state)
{
	static const char *const names[] = {"CP950//IGNORE", "CP950//TRANSLIT",
					    "CP950/", "NO-SUCH-CHARSET", ""};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_null(charset_open("UTF-8", names[i]));
		assert_null(charset_open(names[i], "UTF-8"));
	}
	charset_close(NULL);
}

static void
test_utf8(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		long bad; /* -1: well-formed */
	} cases[] = {
		{BYTES(""), -1},
		{BYTES("abc"), -1},
		{BYTES("a\0b"), -1},
		{BYTES("\xc2\x80\xdf\xbf"), -1},
		{BYTES("\xe0\xa0\x80\xef\xbf\xbf"), -1},
		{BYTES("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"), -1},
		{BYTES("臺北𠮷"), -1},
		{BYTES("a\x80"), 1},
		{BYTES("\xc0\x80"), 0},
		{BYTES("\xc1\xbf"), 0},
		{BYTES("x\xe0\x9f\xbf"), 1},
		{BYTES("\xf0\x8f\xbf\xbf"), 0},
		{BYTES("\xed\xa0\x80"), 0},
		{BYTES("\xed\xbf\xbf"), 0},
		{BYTES("\xed\x9f\xbf"), -1},
		{BYTES("\xee\x80\x80"), -1},
		{BYTES("\xf4\x90\x80\x80"), 0},
		{BYTES("\xf5\x80\x80\x80"), 0},
		{BYTES("\xff"), 0},
		{BYTES("中\xe4\xb8"), 3},
		{BYTES("\xe4"), 0},
		{BYTES("\xe4\xb8\x41"), 0},
		{BYTES("\xf0\x90\x80"), 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t offset = 999;

		assert_int_equal(
			charset_utf8_ok(cases[i].bytes, cases[i].len, &offset),
			cases[i].bad < 0);
		if (cases[i].bad >= 0)
			assert_int_equal(offset, cases[i].bad);
	}
}

static void
test_next(void **state)
{
	static const char text[] = "a\xc2\xa2中𠮷\xff";
	static const long wanted[] = {'a', 0xa2, 0x4e2d, 0x20bb7, -1, -1};
	const char *at = text, *end = text + sizeof(text) - 1;

	(void)state;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		assert_int_equal(charset_utf8_next(&at, end), wanted[i]);
	assert_ptr_equal(at, end - 1);
	assert_int_equal(charset_utf8_next(&end, end), -1);
}

static void
test_forbidden(void **state)
{
	static const long first_last[][2] = {
		{0, 0x1f},          {0x7f, 0x9f},
		{0xad, 0xad},       {0x61c, 0x61c},
		{0x180e, 0x180e},   {0x200b, 0x200f},
		{0x2028, 0x202e},   {0x2060, 0x2069},
		{0xd800, 0xdfff},   {0xfdd0, 0xfdef},
		{0xfeff, 0xfeff},   {0xfff9, 0xfffb},
		{0xfffe, 0xffff},   {0x1fffe, 0x1ffff},
		{0xe0000, 0xe007f}, {0x10fffe, 0x10ffff},
	};
	static const long allowed[] = {
		' ',    '~',    0xa0,   0xac,   0xae,   0x200a,  0x2010, 0x202f,
		0x3000, 0x4e2d, 0xfe00, 0xff10, 0xfffd, 0x20bb7, 0xe0100};

	(void)state;
	for (size_t i = 0; i < sizeof(first_last) / sizeof(first_last[0]); i++)
		for (long c = first_last[i][0]; c <= first_last[i][1]; c++)
			assert_true(charset_forbidden(c));
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		assert_false(charset_forbidden(allowed[i]));
	assert_true(charset_forbidden(-1));
	assert_true(charset_forbidden(0x110000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_converting),
		cmocka_unit_test(test_hkscs_takes_rare_names),
		cmocka_unit_test(test_long_text),
		cmocka_unit_test(test_lossy_and_unknown_names_are_refused),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_forbidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
