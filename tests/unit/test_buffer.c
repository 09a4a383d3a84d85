/*
 * buffer: growth, formatting, CSV and hex, reading with a limit.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "mem.h"

static void
test_appending_grows_and_terminates(void **state)
{
	struct buffer b = {0};

	(void)state;
	for (int i = 0; i < 10000; i++) {
		buffer_printf(&b, "%d,", i % 10);
		assert_int_equal(b.data[b.len], '\0');
		assert_true(b.size > b.len);
	}
	assert_int_equal(b.len, 20000);
	assert_memory_equal(b.data + 19980, "0,1,2,3,4,5,6,7,8,9,", 20);
	buffer_clear(&b);
	assert_int_equal(b.len, 0);
	assert_string_equal(b.data, "");
	buffer_append(&b, "a\0b", 3);
	assert_memory_equal(b.data, "a\0b", 4);
	buffer_free(&b);
	assert_null(b.data);
	assert_int_equal(b.size, 0);
}

static void
test_reserve_keeps_the_place(void **state)
{
	struct buffer b = {0};
	char *place;

	(void)state;
	buffer_puts(&b, "head");
	buffer_reserve(&b, 5000);
	place = b.data;
	assert_string_equal(b.data, "head");
	for (int i = 0; i < 4996; i++)
		buffer_putc(&b, 'x');
	assert_ptr_equal(b.data, place);
	buffer_reserve(&b, 1);
	assert_int_equal(b.len, 5000);
	buffer_free(&b);
}

static void
test_empty_things_terminate(void **state)
{
	struct buffer b = {0};

	(void)state;
	buffer_append(&b, NULL, 0);
	assert_string_equal(b.data, "");
	buffer_printf(&b, "%s", "");
	buffer_puts(&b, "");
	assert_int_equal(b.len, 0);
	buffer_free(&b);
}

static void
test_csv_quotes_only_when_needed(void **state)
{
	static const struct {
		const char *field, *wanted;
	} cases[] = {
		{"plain", "plain"},
		{"", ""},
		{" blank ", " blank "},
		{"a,b", "\"a,b\""},
		{"say \"x\"", "\"say \"\"x\"\"\""},
		{"\"", "\"\"\"\""},
		{"two\nlines", "\"two\nlines\""},
		{"cr\r", "\"cr\r\""},
		{"王小明", "王小明"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer b = {0};

		buffer_puts(&b, "");
		buffer_put_csv(&b, cases[i].field);
		assert_string_equal(b.data, cases[i].wanted);
		buffer_free(&b);
	}
}

static void
test_hex(void **state)
{
	struct buffer b = {0};

	(void)state;
	buffer_put_hex(&b, "\x00\x0f\xa5\xff", 4);
	assert_string_equal(b.data, "000fa5ff");
	buffer_free(&b);
}

static void
test_reading_stops_at_the_limit(void **state)
{
	static const struct {
		size_t size, limit;
		int result;
	} cases[] = {
		{0, 0, 0},
		{0, 10, 0},
		{1, 0, -1},
		{10, 10, 0},
		{11, 10, -1},
		{65536, 65536, 0},
		{65537, 65536, -1},
		{200000, 200000, 0},
		{200000, 199999, -1},
		{200000, SIZE_MAX, 0},
	};
	char path[] = "/tmp/test_buffer.XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer b = {0};
		char *bytes = mem_alloc(cases[i].size, 1);

		memset(bytes, 'z', cases[i].size);
		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(pwrite(fd, bytes, cases[i].size, 0),
				 cases[i].size);
		buffer_puts(&b, "before");
		errno = 0;
		assert_int_equal(buffer_read_file(&b, path, cases[i].limit),
				 cases[i].result);
		if (cases[i].result < 0) {
			assert_int_equal(errno, EFBIG);
			assert_string_equal(b.data, "before");
		} else {
			assert_int_equal(b.len, 6 + cases[i].size);
			assert_memory_equal(b.data + 6, bytes, cases[i].size);
			assert_int_equal(b.data[b.len], '\0');
		}
		mem_free(bytes);
		buffer_free(&b);
	}
	close(fd);
	unlink(path);
}

static void
test_reading_fails_with_errno(void **state)
{
	struct buffer b = {0};

	(void)state;
	assert_int_equal(buffer_read_file(&b, "/nonexistent/x", 10), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(buffer_read_file(&b, "/", 10), -1);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(buffer_read_fd(&b, -1, 10), -1);
	assert_int_equal(errno, EBADF);
	buffer_free(&b);
}

static void
test_mem_strings(void **state)
{
	char *text = mem_printf("%s-%d", "a", 7);
	char *part = mem_strndup("abcdef", 3);

	(void)state;
	assert_string_equal(text, "a-7");
	assert_string_equal(part, "abc");
	assert_null(mem_strdup(NULL));
	assert_null(mem_strndup(NULL, 4));
	mem_free(text);
	mem_free_secret(part, 3);
	mem_free_secret(NULL, 0);
	mem_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_appending_grows_and_terminates),
		cmocka_unit_test(test_reserve_keeps_the_place),
		cmocka_unit_test(test_empty_things_terminate),
		cmocka_unit_test(test_csv_quotes_only_when_needed),
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_reading_stops_at_the_limit),
		cmocka_unit_test(test_reading_fails_with_errno),
		cmocka_unit_test(test_mem_strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
