/*
 * log: the form of a line, quoting, cutting, thresholds, the key registry.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

static int real_stderr;
static FILE *captured;
static char line[8192];

static void
capture_begin(void)
{
	captured = tmpfile();
	assert_non_null(captured);
	fflush(stderr);
	real_stderr = dup(STDERR_FILENO);
	dup2(fileno(captured), STDERR_FILENO);
}

/* What was written since capture_begin(). */
static const char *
capture_end(void)
{
	ssize_t len;

	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	len = pread(fileno(captured), line, sizeof(line) - 1, 0);
	fclose(captured);
	assert_true(len >= 0);
	line[len] = '\0';
	return line;
}

static void
test_line(void **state)
{
	(void)state;
	unsetenv("JOURNAL_STREAM");
	log_open("recard-test", LOG_INFO);
	capture_begin();
	log_info("batch.publish.done", kv_str(batch, "CB-1"), kv_int(cards, 3),
		 kv_str(reason, NULL), kv_int(delay_ms, INT64_MIN));
	assert_string_equal(
		capture_end(),
		"event=batch.publish.done prog=recard-test batch=CB-1 cards=3 "
		"delay_ms=-9223372036854775808\n");
}

static void
test_journal_prefix(void **state)
{
	(void)state;
	setenv("JOURNAL_STREAM", "8:12345", 1);
	log_open("p", LOG_DEBUG);
	capture_begin();
	log_error("a.b.c", kv_int(count, 1));
	log_warn("a.b.c", kv_int(count, 2));
	log_info("a.b.c", kv_int(count, 3));
	log_debug("a.b.c", kv_int(count, 4));
	assert_string_equal(capture_end(), "<3>event=a.b.c prog=p count=1\n"
					   "<4>event=a.b.c prog=p count=2\n"
					   "<6>event=a.b.c prog=p count=3\n"
					   "<7>event=a.b.c prog=p count=4\n");
	unsetenv("JOURNAL_STREAM");
	log_open("p", LOG_INFO);
}

static void
test_threshold_and_errno(void **state)
{
	(void)state;
	log_open("p", LOG_WARN);
	capture_begin();
	errno = ENOTTY;
	log_info("a.b.c", kv_int(count, 1));
	log_warn("a.b.c", kv_int(count, 2));
	assert_int_equal(errno, ENOTTY);
	log_set_threshold(LOG_DEBUG);
	log_debug("a.b.c", kv_int(count, 3));
	assert_string_equal(capture_end(), "event=a.b.c prog=p count=2\n"
					   "event=a.b.c prog=p count=3\n");
}

static void
test_values_are_quoted_and_escaped(void **state)
{
	static const struct {
		const char *value, *wanted;
	} cases[] = {
		{"plain", "plain"},
		{"", "\"\""},
		{"two words", "\"two words\""},
		{"a=b", "\"a=b\""},
		{"say \"x\"", "\"say \\\"x\\\"\""},
		{"back\\slash", "back\\slash"},
		{"back\\slash quoted", "\"back\\\\slash quoted\""},
		{"one\ntwo\r\t", "\"one\\ntwo\\r\\t\""},
		{"\x1b[31m", "\"\\x1b[31m\""},
		{"\x7f", "\"\\x7f\""},
		{"臺北市", "臺北市"},
		{"\xc2\x85", "\"\\xc2\\x85\""},          /* C1 */
		{"\xe2\x80\xae", "\"\\xe2\\x80\\xae\""}, /* bidi override */
		{"bad\xff", "\"bad\\xff\""},
		{"cut\xe8\x87", "\"cut\\xe8\\x87\""},
	};

	(void)state;
	log_open("p", LOG_INFO);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char wanted[256];

		capture_begin();
		log_info("a.b.c", kv_str(error, cases[i].value));
		snprintf(wanted, sizeof(wanted),
			 "event=a.b.c prog=p error=%s\n", cases[i].wanted);
		assert_string_equal(capture_end(), wanted);
	}
}

static void
test_long_lines_are_cut_and_stay_whole(void **state)
{
	static const char *const units[] = {"x", "臺", "\x01", "a b", "\""};

	(void)state;
	log_open("p", LOG_INFO);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		/* Every alignment of the cut against the characters. */
		for (int shift = 0; shift < 16; shift++) {
			char value[16384] = "";
			size_t len = (size_t)shift;
			const char *text;

			memset(value, 's', len);
			while (len + 8 < sizeof(value)) {
				memcpy(value + len, units[i], strlen(units[i]));
				len += strlen(units[i]);
			}
			capture_begin();
			log_info("a.b.c", kv_str(error, value),
				 kv_str(reason, "never"));
			text = capture_end();
			len = strlen(text);
			assert_true(len > 4000 && len <= 4096);
			assert_int_equal(text[len - 1], '\n');
			assert_non_null(strstr(text, "…"));
			assert_null(strstr(text, "never"));
			if (strstr(text, "error=\""))
				assert_memory_equal(text + len - 5, "…\"\n", 5);
		}
	}
}

static void
test_keys_are_sorted_and_explained(void **state)
{
	(void)state;
	for (int key = 0; key < LOG_KEY_COUNT; key++) {
		const char *name = log_key_name((enum log_key)key);

		assert_true(strlen(log_key_meaning((enum log_key)key)) > 2);
		assert_int_equal(
			strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_"),
			strlen(name));
		if (key > 0)
			assert_true(
				strcmp(log_key_name((enum log_key)(key - 1)),
				       name) < 0);
	}
	assert_string_equal(log_key_name(LOG_KEY_applied), "applied");
}

static void
assert_file(const char *path, const char *pattern)
{
	char text[1024];
	FILE *file = fopen(path, "r");
	size_t len;
	regex_t regex;

	assert_non_null(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len] = '\0';
	assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
	if (regexec(&regex, text, 0, NULL, 0) != 0)
		fail_msg("%s is not %s", text, pattern);
	regfree(&regex);
}

#define TIME "time=20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z "

static void
test_file(void **state)
{
	char folder[] = "/tmp/test_log.XXXXXX", path[64], moved[64];
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/log", folder);
	snprintf(moved, sizeof(moved), "%s/log.1", folder);
	setenv("JOURNAL_STREAM", "8:12345", 1);
	log_open("p", LOG_INFO);
	log_file_use(log_file_open(path), false);
	capture_begin();
	log_info("a.b.c", kv_int(count, 1));
	assert_string_equal(capture_end(), "");
	assert_file(path, "^" TIME "event=a.b.c prog=p count=1\n$");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07137, 0);
	/* Another file, the one before is closed; and stderr too. */
	assert_int_equal(rename(path, moved), 0);
	log_file_use(log_file_open(path), true);
	capture_begin();
	log_info("a.b.c", kv_int(count, 2));
	assert_string_equal(capture_end(), "<6>event=a.b.c prog=p count=2\n");
	assert_file(path, "^" TIME "event=a.b.c prog=p count=2\n$");
	assert_file(moved, "count=1\n$");
	/* What the file does not take is said all the same. */
	log_file_use(open(path, O_RDONLY), false);
	capture_begin();
	log_info("a.b.c", kv_int(count, 3));
	assert_string_equal(capture_end(), "<6>event=a.b.c prog=p count=3\n");
	log_file_use(-1, false);
	unsetenv("JOURNAL_STREAM");
	log_open("p", LOG_INFO);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(log_file_open(path), -1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink(moved, path), 0);
	assert_int_equal(log_file_open(path), -1);
	assert_int_equal(log_file_open("/nowhere/log"), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(unlink(moved), 0);
	assert_int_equal(rmdir(folder), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_journal_prefix),
		cmocka_unit_test(test_threshold_and_errno),
		cmocka_unit_test(test_values_are_quoted_and_escaped),
		cmocka_unit_test(test_long_lines_are_cut_and_stay_whole),
		cmocka_unit_test(test_keys_are_sorted_and_explained),
		cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
