/*
 * lines: endings, limits, byte order mark, NULs, over memory and over files
 * that come in pieces of any size.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buffer.h"
#include "lines.h"

#define BYTES(text) text, sizeof(text) - 1

/*
 * Each line as "NUMBER:CONTENT", with "!" after the number of one that is too
 * long, "0" for a NUL inside and "~" when it has no LF; "|" between.
 */
static void
tell(struct lines *lines, struct buffer *told)
{
	struct line line;
	enum lines_result result;

	buffer_puts(told, "");
	while ((result = lines_next(lines, &line)) != LINES_END) {
		assert_int_not_equal(result, LINES_ERROR);
		assert_int_equal(line.data[line.len], '\0');
		buffer_printf(told, "%s%lu%s%s%s:%s", told->len ? "|" : "",
			      line.number, result == LINES_TOO_LONG ? "!" : "",
			      line.has_nul ? "0" : "", line.unended ? "~" : "",
			      line.data);
	}
	assert_int_equal(lines_next(lines, &line), LINES_END);
}

static const struct {
	const char *bytes;
	size_t len, max_len;
	const char *wanted;
} cases[] = {
	{BYTES(""), 5, ""},
	{BYTES("\n"), 5, "1:"},
	{BYTES("a"), 5, "1~:a"},
	{BYTES("a\n"), 5, "1:a"},
	{BYTES("a\r\nb\n"), 5, "1:a|2:b"},
	{BYTES("a\rb\r\r\n"), 5, "1:a\rb\r"},
	{BYTES("a\r"), 5, "1~:a\r"},
	{BYTES("\r\n\n"), 5, "1:|2:"},
	{BYTES("12345\n12345\r\n123456\nx\n"), 5, "1:12345|2:12345|3!:|4:x"},
	{BYTES("12345\r"), 5, "1!~:"},
	{BYTES("1234\r"), 5, "1~:1234\r"},
	{BYTES("12345\r\r\n"), 5, "1!:"},
	{BYTES("1234567890\n2\n"), 1, "1!:|2:2"},
	{BYTES("\n\r\nx\n"), 0, "1:|2:|3!:"},
	{BYTES("1234567890"), 5, "1!~:"},
	{BYTES("\xef\xbb\xbf"), 5, ""},
	{BYTES("\xef\xbb\xbf"
	       "a\n\xef\xbb\xbf"
	       "b\n"),
	 5,
	 "1:a|2:\xef\xbb\xbf"
	 "b"},
	{BYTES("\xef\xbb\n"), 5, "1:\xef\xbb"},
	{BYTES("a\0b\nc\n"), 5, "10:a|2:c"},
	{BYTES("\0\n"), 5, "10:"},
};

static void
test_memory(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct lines *lines = lines_open_memory(
			cases[i].bytes, cases[i].len, cases[i].max_len);
		struct buffer told = {0};

		tell(lines, &told);
		assert_string_equal(told.data, cases[i].wanted);
		buffer_free(&told);
		lines_close(lines);
	}
}

static void
test_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		FILE *file = tmpfile();
		struct buffer told = {0};
		struct lines *lines;

		assert_non_null(file);
		assert_int_equal(
			write(fileno(file), cases[i].bytes, cases[i].len),
			cases[i].len);
		lseek(fileno(file), 0, SEEK_SET);
		lines = lines_open(fileno(file), cases[i].max_len);
		tell(lines, &told);
		assert_string_equal(told.data, cases[i].wanted);
		buffer_free(&told);
		lines_close(lines);
		fclose(file);
	}
}

/* Lines on both sides of every read's edge. */
static void
test_lines_across_reads(void **state)
{
	FILE *file = tmpfile();
	struct buffer bytes = {0};
	struct lines *lines;
	struct line line;

	(void)state;
	assert_non_null(file);
	for (size_t i = 0; i < 700; i++) {
		for (size_t j = 0; j < i; j++)
			buffer_putc(&bytes, (char)('a' + i % 26));
		buffer_puts(&bytes, i % 2 ? "\r\n" : "\n");
	}
	assert_int_equal(write(fileno(file), bytes.data, bytes.len), bytes.len);
	lseek(fileno(file), 0, SEEK_SET);
	lines = lines_open(fileno(file), 699);
	for (size_t i = 0; i < 700; i++) {
		assert_int_equal(lines_next(lines, &line), LINES_LINE);
		assert_int_equal(line.number, i + 1);
		assert_int_equal(line.len, i);
		for (size_t j = 0; j < i; j++)
			assert_int_equal(line.data[j], 'a' + i % 26);
	}
	assert_int_equal(lines_next(lines, &line), LINES_END);
	lines_close(lines);
	buffer_free(&bytes);
	fclose(file);
}

static void
test_huge_line_is_skipped(void **state)
{
	FILE *file = tmpfile();
	struct buffer bytes = {0};
	struct lines *lines;
	struct line line;

	(void)state;
	assert_non_null(file);
	buffer_reserve(&bytes, 1 << 20);
	memset(bytes.data, 'x', 1 << 20);
	bytes.len = 1 << 20;
	buffer_puts(&bytes, "\nshort\n");
	assert_int_equal(write(fileno(file), bytes.data, bytes.len), bytes.len);
	lseek(fileno(file), 0, SEEK_SET);
	lines = lines_open(fileno(file), 100);
	assert_int_equal(lines_next(lines, &line), LINES_TOO_LONG);
	assert_int_equal(line.number, 1);
	assert_int_equal(line.len, 0);
	assert_int_equal(lines_next(lines, &line), LINES_LINE);
	assert_int_equal(line.number, 2);
	assert_string_equal(line.data, "short");
	lines_close(lines);
	buffer_free(&bytes);
	fclose(file);
}

static void
test_read_error(void **state)
{
	struct lines *lines = lines_open(-1, 10);
	struct line line;
	int ends[2];

	(void)state;
	lines_close(lines);
	/* The writing end cannot be read. */
	assert_int_equal(pipe(ends), 0);
	lines = lines_open(ends[1], 10);
	errno = 0;
	assert_int_equal(lines_next(lines, &line), LINES_ERROR);
	assert_int_equal(errno, EBADF);
	lines_close(lines);
	lines_close(NULL);
	close(ends[0]);
	close(ends[1]);
}

/* A mark and a line that arrive byte by byte. */
static void
test_pipe_in_pieces(void **state)
{
	static const char bytes[] = "\xef\xbb\xbfone\r\ntwo";
	struct buffer told = {0};
	struct lines *lines;
	int ends[2], status;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		for (size_t i = 0; i < sizeof(bytes) - 1; i++)
			if (write(ends[1], bytes + i, 1) != 1)
				_exit(1);
			else
				usleep(1000);
		_exit(0);
	}
	close(ends[1]);
	lines = lines_open(ends[0], 5);
	tell(lines, &told);
	assert_string_equal(told.data, "1:one|2~:two");
	buffer_free(&told);
	lines_close(lines);
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* Gives a text byte by byte, then an error where it is to break off. */
struct drip {
	const char *text;
	bool broken;
};

static ssize_t
drip_read(void *arg, void *bytes, size_t size)
{
	struct drip *drip = arg;

	assert_true(size > 0);
	if (*drip->text) {
		*(char *)bytes = *drip->text++;
		return 1;
	}
	errno = EIO;
	return drip->broken ? -1 : 0;
}

static void
test_reader(void **state)
{
	struct drip drip = {"\xef\xbb\xbfone\r\ntwo", false};
	struct lines *lines = lines_open_reader(drip_read, &drip, 10);
	struct line line;

	(void)state;
	assert_int_equal(lines_next(lines, &line), LINES_LINE);
	assert_string_equal(line.data, "one");
	assert_int_equal(lines_next(lines, &line), LINES_LINE);
	assert_string_equal(line.data, "two");
	assert_true(line.unended);
	assert_int_equal(lines_next(lines, &line), LINES_END);
	lines_close(lines);

	/* A reader that breaks off has no last line. */
	drip = (struct drip){"one\ntw", true};
	lines = lines_open_reader(drip_read, &drip, 10);
	assert_int_equal(lines_next(lines, &line), LINES_LINE);
	assert_int_equal(lines_next(lines, &line), LINES_ERROR);
	assert_int_equal(errno, EIO);
	lines_close(lines);
}

/* Where each line begins, counted with the mark and what ends lines. */
static void
test_offsets(void **state)
{
	static const char bytes[] = "\xef\xbb\xbf"
				    "one\r\n\n123456789\nlast";
	static const size_t offsets[] = {3, 8, 9, 19};
	struct lines *lines = lines_open_memory(BYTES(bytes), 5);
	struct line line;

	(void)state;
	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		assert_int_equal(lines_next(lines, &line),
				 i == 2 ? LINES_TOO_LONG : LINES_LINE);
		assert_int_equal(line.offset, offsets[i]);
	}
	assert_int_equal(lines_next(lines, &line), LINES_END);
	lines_close(lines);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_lines_across_reads),
		cmocka_unit_test(test_huge_line_is_skipped),
		cmocka_unit_test(test_read_error),
		cmocka_unit_test(test_pipe_in_pieces),
		cmocka_unit_test(test_reader),
		cmocka_unit_test(test_offsets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
