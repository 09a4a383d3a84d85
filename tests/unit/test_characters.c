/*
 * characters: files of what a card line prints.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "characters.h"
#include "mem.h"

static void
reads(const char *text, const char *set)
{
	char *error, *found = characters_read(text, strlen(text), &error);

	assert_null(error);
	assert_string_equal(found, set);
	mem_free(found);
}

static void
reads_sets(void **state)
{
	(void)state;
	reads("U+0041\n", "{[65,66)}");
	reads("# Latin\n\nU+0041-U+005A U+0061-U+007A\n", "{[65,91),[97,123)}");
	reads("U+0042-U+0043\nU+0041-U+0042", "{[65,68)}");
	reads("characters 堃喆\n", "{[21894,21895),[22531,22532)}");
	reads("U+10FFFD\n", "{[1114109,1114110)}");
	/* What may never be printed is in no set. */
	reads("U+0000-U+0041\n", "{[32,66)}");
	reads("encoding US-ASCII\n", "{[32,127)}");
}

static void
knows_encodings(void **state)
{
	static const char text[] = "encoding CP950\ncharacters 堃\n";
	char *error, *more = characters_read(text, strlen(text), &error);
	char *set = characters_read(text, strcspn(text, "\n"), &error);

	(void)state;
	assert_null(error);
	/* It begins with ASCII; 一 U+4E00 begins a range. */
	assert_int_equal(strncmp(set, "{[32,127),", 10), 0);
	assert_non_null(strstr(set, "[19968,"));
	/* It lacks 堃, as all know who bear that name. */
	assert_string_not_equal(set, more);
	mem_free(set);
	mem_free(more);
}

static void
refuses(const char *text, size_t len, const char *words)
{
	char *error, *set = characters_read(text, len, &error);

	assert_null(set);
	assert_non_null(error);
	assert_string_equal(error, words);
	mem_free(error);
}
#define REFUSES(text, words) refuses(text, sizeof(text) - 1, words)
#define NO_POINT "not a code point like U+4E00 or a range like U+4E00-U+9FFF"

static void
refuses_what_it_cannot_read(void **state)
{
	(void)state;
	REFUSES("", "1: the file names no characters");
	REFUSES("# nothing\n", "1: the file names no characters");
	REFUSES("U+41\n4E00\n", "2: " NO_POINT);
	REFUSES("U+\n", "1: " NO_POINT);
	REFUSES("U+110000\n", "1: " NO_POINT);
	REFUSES("U+99999999999999999999\n", "1: " NO_POINT);
	REFUSES("U+41-\n", "1: " NO_POINT);
	REFUSES("U+41,U+42\n", "1: " NO_POINT);
	REFUSES("U+42-U+41\n", "1: the range ends before it begins");
	REFUSES("encoding KLINGON\n", "1: iconv knows no such encoding");
	REFUSES("characters \xff\n", "1: not UTF-8");
	REFUSES("characters \xe2\x80\x8b\n",
		"1: a control or invisible character");
	REFUSES("U+41\0U+42\n", "1: a NUL byte");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_sets),
		cmocka_unit_test(knows_encodings),
		cmocka_unit_test(refuses_what_it_cannot_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
