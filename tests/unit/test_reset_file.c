/*
 * reset_file: whole files of the counter, each way of refusing a line and a
 * file, and files cut off at every byte.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "buffer.h"
#include "mem.h"
#include "report.h"
#include "reset_file.h"
#include "seal.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define HEAD(count) "H,RECARD-CODE-RESET,1,R-0815,2026-11-23T09:00:00Z," count
#define HASH                                           \
	"\"$scrypt$ln=15,r=8,p=1$U29kaXVtQ2hsb3JpZGU$" \
	"cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI\""
#define CARD "NW00000000000001"
#define WHEN "2026-11-23T09:00:00+08:00"
#define ROW "R,26112300000012," CARD "," HASH "," WHEN ",臺北市信義區"

/* The file of these lines, with its T line. */
static struct buffer
file_of(const char *lines, const char *count)
{
	struct buffer file = {0};
	char digest[SEAL_SHA256_HEX];

	buffer_puts(&file, lines);
	seal_sha256_hex(file.data, file.len, digest);
	buffer_printf(&file, "T,%s,%s\n", count, digest);
	return file;
}

/* On the heap, so that reading past its end is seen. */
static bool
read_bytes(const char *bytes, size_t len, struct resets *resets,
	   struct report *report)
{
	char *copy = mem_alloc(1, len ? len : 1);
	bool good;

	memcpy(copy, bytes, len);
	good = resets_read(copy, len, resets, report);
	mem_free(copy);
	assert_int_equal(good, report->reason == NULL);
	return good;
}

static void
test_whole_file(void **state)
{
	struct buffer file = file_of(HEAD("2") "\n" ROW "\n" ROW "\n", "2");
	struct report report = {0};
	struct resets resets;

	(void)state;
	assert_true(read_bytes(file.data, file.len, &resets, &report));
	assert_int_equal(report.rows, 2);
	assert_int_equal(report.count, 0);
	assert_int_equal(resets.count, 2);
	assert_int_equal(resets.rows[1].line, 3);
	assert_string_equal(resets.rows[0].order_no, "26112300000012");
	assert_string_equal(resets.rows[0].card_no, CARD);
	assert_true(seal_scrypt_ok(resets.rows[0].hash));
	assert_string_equal(resets.rows[0].requested_at, WHEN);
	assert_string_equal(resets.rows[0].office, "臺北市信義區");
	resets_free(&resets);
	report_free(&report);
	buffer_free(&file);

	file = file_of(HEAD("0") "\n", "0");
	assert_true(read_bytes(file.data, file.len, &resets, &report));
	assert_int_equal(resets.count + report.count, 0);
	buffer_free(&file);
}

static void
test_lines(void **state)
{
	static const struct {
		const char *row, *code, *text;
	} cases[] = {
		{"R,26112300000013," CARD "," HASH "," WHEN ",x", "bad_field",
		 "order_no"},
		{"R,26112300000012,NW1," HASH "," WHEN ",x", "bad_field",
		 "new_card_no"},
		{"R,26112300000012," CARD ",abc123," WHEN ",x", "bad_field",
		 "user_code_hash"},
		{"R,26112300000012," CARD ",$2a$06$x," WHEN ",x", "bad_field",
		 "user_code_hash"},
		{"R,26112300000012," CARD "," HASH ",yesterday,x", "bad_field",
		 "requested_at"},
		{"R,26112300000012," CARD "," HASH "," WHEN ",", "bad_field",
		 "office"},
		{"R,26112300000012," CARD "," HASH "," WHEN ",\x1b[1m",
		 "bad_field", "office"},
		{"R,26112300000012," CARD "," HASH "," WHEN ",\xff",
		 "bad_field", "office"},
		{"R,26112300000012," CARD "," HASH "," WHEN, "bad_line",
		 "6 fields"},
		{ROW ",more", "bad_line", "6 fields"},
		{"X" ROW, "bad_line", "6 fields"},
		{"", "bad_line", "6 fields"},
		{ROW "\"", "bad_line", "quotes"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *lines =
			mem_printf(HEAD("2") "\n%s\n" ROW "\n", cases[i].row);
		struct buffer file = file_of(lines, "2");
		struct report report = {0};
		struct resets resets;

		print_message("%s\n", cases[i].row);
		assert_true(read_bytes(file.data, file.len, &resets, &report));
		assert_int_equal(report.rows, 2);
		assert_int_equal(resets.count, 1);
		assert_int_equal(report.count, 1);
		assert_int_equal(report.rejects[0].line, 2);
		assert_string_equal(report.rejects[0].code, cases[i].code);
		assert_non_null(strstr(report.rejects[0].text, cases[i].text));
		/* Nothing of a code in what is told. */
		assert_null(strstr(report.rejects[0].text, "abc123"));
		resets_free(&resets);
		report_free(&report);
		buffer_free(&file);
		mem_free(lines);
	}
}

static void
test_files(void **state)
{
	static const struct {
		const char *lines, *count, *code;
	} cases[] = {
		{"", "0", "bad_header"},
		{ROW "\n", "1", "bad_header"},
		{"\"\n", "0", "bad_header"},
		{"H,RECARD-CARD-BATCH,1,R,2026-11-23T09:00:00Z,0\n", "0",
		 "bad_header"},
		{"H,RECARD-CODE-RESET,2,R,2026-11-23T09:00:00Z,0\n", "0",
		 "unknown_version"},
		{"H,RECARD-CODE-RESET,1,a b,2026-11-23T09:00:00Z,0\n", "0",
		 "bad_header"},
		{"H,RECARD-CODE-RESET,1,R,today,0\n", "0", "bad_header"},
		{HEAD("x") "\n", "0", "bad_header"},
		{HEAD("-1") "\n", "0", "bad_header"},
		{HEAD("1") "\n", "0", "bad_count"},
		{HEAD("0") "\n", "1", "bad_count"},
		{HEAD("1") "\n" ROW "\n" ROW "\n", "2", "bad_count"},
		{HEAD("0") "\nT,0,x\n", "0", "bad_hash"},
		{HEAD("0") "\nT,zero,x\n", "0", "bad_trailer"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buffer file = file_of(cases[i].lines, cases[i].count);
		struct report report = {0};
		struct resets resets;

		print_message("%s", cases[i].lines);
		assert_false(read_bytes(file.data, file.len, &resets, &report));
		assert_string_equal(report.reason, cases[i].code);
		resets_free(&resets);
		report_free(&report);
		buffer_free(&file);
	}
}

/* Whatever is missing or stands behind it, it is no whole file. */
static void
test_cut(void **state)
{
	struct buffer file = file_of(HEAD("1") "\n" ROW "\n", "1");
	struct report report = {0};
	struct resets resets;

	(void)state;
	/* The last LF alone may lack. */
	for (size_t len = 0; len < file.len - 1; len++) {
		assert_false(read_bytes(file.data, len, &resets, &report));
		resets_free(&resets);
		report_free(&report);
	}
	assert_true(read_bytes(file.data, file.len - 1, &resets, &report));
	resets_free(&resets);
	report_free(&report);
	for (size_t i = 0; i < 5000; i++)
		buffer_putc(&file, 'x');
	assert_false(read_bytes(file.data, file.len, &resets, &report));
	assert_string_equal(report.reason, "bad_trailer");
	resets_free(&resets);
	report_free(&report);
	file.len -= 5000;
	buffer_puts(&file, ROW "\n");
	assert_false(read_bytes(file.data, file.len, &resets, &report));
	assert_string_equal(report.reason, "bad_trailer");
	resets_free(&resets);
	report_free(&report);
	buffer_free(&file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_file),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
