/*
 * output: the same rows as a table, as JSON and as CSV.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <locale.h>
#include <string.h>

#include "buffer.h"
#include "output.h"
#include "text_width.h"

#define TIME INT64_C(1795395600) /* 2026-11-23T09:00:00+08:00 */

static const struct output_column columns[] = {
	{"status", "STATUS", OUTPUT_TEXT},
	{"display", "顯示", OUTPUT_TEXT},
	{"orders", "ORDERS", OUTPUT_NUMBER},
	{"held", "HELD", OUTPUT_BOOL},
	{"since", "SINCE", OUTPUT_TIME},
	{"age_seconds", "AGE", OUTPUT_AGE},
	{"size_bytes", "SIZE", OUTPUT_BYTES},
	{0}};

static void
put_row(struct output *out, const char *status, const char *display,
	int64_t number)
{
	output_text(out, status);
	output_text(out, display);
	output_number(out, number);
	output_number(out, number != 0);
	output_number(out, TIME);
	output_number(out, 3 * 3600 + 20 * 60 + 5);
	output_number(out, 1536);
}

static void
put_nulls(struct output *out)
{
	size_t i;

	for (i = 0; i < out->width; i++)
		output_null(out);
}

static void
expect(struct output *out, enum output_format format, bool emphasis,
       const char *wanted)
{
	struct buffer text = {0};

	buffer_puts(&text, "");
	output_write(out, format, emphasis, &text);
	assert_string_equal(text.data ? text.data : "", wanted);
	buffer_free(&text);
}

static void
test_table_aligns(void **state)
{
	struct output out;

	(void)state;
	output_init(&out, columns, OUTPUT_ROWS);
	put_row(&out, "unpaid", "待繳費", 12);
	put_nulls(&out);
	put_row(&out, "mailed", "郵遞運送中", 0);
	assert_int_equal(output_rows(&out), 3);
	expect(&out, OUTPUT_TABLE, false,
	       "STATUS  顯示        ORDERS  HELD  "
	       "SINCE                      AGE         SIZE\n"
	       "──────  ──────────  ──────  ────  "
	       "─────────────────────────  ──────────  ───────\n"
	       "unpaid  待繳費          12  yes   "
	       "2026-11-23T09:00:00+08:00  3 h 20 min  1.5 KiB\n"
	       "–       –                –  –     "
	       "–                          –           –\n"
	       "mailed  郵遞運送中       0  no    "
	       "2026-11-23T09:00:00+08:00  3 h 20 min  1.5 KiB\n");
	output_free(&out);
}

static void
test_narrow_screen(void **state)
{
	struct output out;

	(void)state;
	output_init(&out, columns, OUTPUT_ROWS);
	put_row(&out, "unpaid", "待繳費", 12);
	put_row(&out, "mailed", "郵遞運送中", 0);
	/* As wide as the table. */
	out.screen = 80;
	expect(&out, OUTPUT_TABLE, false,
	       "STATUS  顯示        ORDERS  HELD  "
	       "SINCE                      AGE         SIZE\n"
	       "──────  ──────────  ──────  ────  "
	       "─────────────────────────  ──────────  ───────\n"
	       "unpaid  待繳費          12  yes   "
	       "2026-11-23T09:00:00+08:00  3 h 20 min  1.5 KiB\n"
	       "mailed  郵遞運送中       0  no    "
	       "2026-11-23T09:00:00+08:00  3 h 20 min  1.5 KiB\n");
	out.screen = 79;
	expect(&out, OUTPUT_TABLE, false,
	       "STATUS  unpaid\n顯示    待繳費\nORDERS  12\nHELD    yes\n"
	       "SINCE   2026-11-23T09:00:00+08:00\nAGE     3 h 20 min\n"
	       "SIZE    1.5 KiB\n\n"
	       "STATUS  mailed\n顯示    郵遞運送中\nORDERS  0\nHELD    no\n"
	       "SINCE   2026-11-23T09:00:00+08:00\nAGE     3 h 20 min\n"
	       "SIZE    1.5 KiB\n");
	output_free(&out);
}

static void
test_json_keeps_types(void **state)
{
	struct buffer text = {0};
	struct output out;
	json_error_t error;
	json_t *rows, *row;

	(void)state;
	output_init(&out, columns, OUTPUT_ROWS);
	put_row(&out, "26112300000012", "a\"b\\c\n\x1b", 7);
	put_nulls(&out);
	output_write(&out, OUTPUT_JSON, true, &text);
	rows = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, &error);
	assert_non_null(rows);
	assert_int_equal(json_array_size(rows), 2);
	row = json_array_get(rows, 0);
	assert_int_equal(json_object_size(row), 7);
	/* A number of an order is text. */
	assert_string_equal(json_string_value(json_object_get(row, "status")),
			    "26112300000012");
	assert_string_equal(json_string_value(json_object_get(row, "display")),
			    "a\"b\\c\n\x1b");
	assert_int_equal(json_integer_value(json_object_get(row, "orders")), 7);
	assert_true(json_is_true(json_object_get(row, "held")));
	assert_string_equal(json_string_value(json_object_get(row, "since")),
			    "2026-11-23T09:00:00+08:00");
	assert_int_equal(
		json_integer_value(json_object_get(row, "age_seconds")), 12005);
	assert_int_equal(json_integer_value(json_object_get(row, "size_bytes")),
			 1536);
	row = json_array_get(rows, 1);
	assert_true(json_is_null(json_object_get(row, "status")));
	assert_true(json_is_null(json_object_get(row, "held")));
	assert_true(json_is_null(json_object_get(row, "since")));
	json_decref(rows);
	output_free(&out);
	buffer_free(&text);
}

static void
test_csv_quotes(void **state)
{
	struct output out;

	(void)state;
	output_init(&out, columns, OUTPUT_ROWS);
	put_row(&out, "a,b", "say \"no\"", 1);
	put_row(&out, "two\nlines", "", 0);
	put_nulls(&out);
	expect(&out, OUTPUT_CSV, true,
	       "status,display,orders,held,since,age_seconds,size_bytes\n"
	       "\"a,b\",\"say \"\"no\"\"\",1,true,"
	       "2026-11-23T09:00:00+08:00,12005,1536\n"
	       "\"two\nlines\",,0,false,"
	       "2026-11-23T09:00:00+08:00,12005,1536\n"
	       ",,,,,,\n");
	output_free(&out);
}

/* What somebody wrote must not compute in a spreadsheet; numbers may be
 * negative, and JSON has the text as it is. */
static void
test_csv_defuses_formulas(void **state)
{
	static const struct output_column two[] = {
		{"text", "TEXT", OUTPUT_TEXT}, {"n", "N", OUTPUT_NUMBER}, {0}};
	static const struct {
		const char *text, *written;
	} cases[] = {
		{"=1+1", "'=1+1"},
		{"+1", "'+1"},
		{"-1", "'-1"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"\t=1", "'\t=1"},
		{"\r=1", "\"'\r=1\""},
		{"\n=1", "\"'\n=1\""},
		{"=HYPERLINK(\"http://x\",1)",
		 "\"'=HYPERLINK(\"\"http://x\"\",1)\""},
		{"＝1", "'＝1"},
		{"＠1", "'＠1"},
		{"1=1", "1=1"},
		{"26112300000012", "26112300000012"},
		{"'=1", "'=1"},
		{" =1", " =1"},
		{"", ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char wanted[100];
		struct output out;

		snprintf(wanted, sizeof(wanted), "text,n\n%s,-5\n",
			 cases[i].written);
		output_init(&out, two, OUTPUT_ROWS);
		output_text(&out, cases[i].text);
		output_number(&out, -5);
		expect(&out, OUTPUT_CSV, false, wanted);
		output_free(&out);
	}
}

static void
test_untitled_columns_are_for_programs(void **state)
{
	static const struct output_column some[] = {
		{"first", NULL, OUTPUT_TEXT},
		{"second", "SECOND", OUTPUT_TEXT},
		{"third", NULL, OUTPUT_NUMBER},
		{"fourth", "FOURTH", OUTPUT_TEXT},
		{"fifth", NULL, OUTPUT_TEXT},
		{0}};
	struct output out;

	(void)state;
	output_init(&out, some, OUTPUT_ROWS);
	output_text(&out, "a");
	output_text(&out, "b");
	output_number(&out, 3);
	output_text(&out, "d");
	output_text(&out, "e");
	expect(&out, OUTPUT_TABLE, false,
	       "SECOND  FOURTH\n──────  ──────\nb       d\n");
	expect(&out, OUTPUT_CSV, false,
	       "first,second,third,fourth,fifth\na,b,3,d,e\n");
	out.layout = OUTPUT_RECORD;
	expect(&out, OUTPUT_TABLE, false, "SECOND  b\nFOURTH  d\n");
	output_free(&out);
}

static void
test_nothing(void **state)
{
	struct output out;

	(void)state;
	output_init(&out, columns, OUTPUT_ROWS);
	assert_int_equal(output_rows(&out), 0);
	expect(&out, OUTPUT_TABLE, true, "");
	expect(&out, OUTPUT_JSON, false, "[]\n");
	expect(&out, OUTPUT_CSV, false,
	       "status,display,orders,held,since,age_seconds,size_bytes\n");
	output_free(&out);
}

static void
test_hostile_text_stays_visible(void **state)
{
	static const struct output_column one[] = {
		{"text", "TEXT", OUTPUT_TEXT}, {0}};
	static const struct {
		const char *text, *shown;
	} cases[] = {
		{"\x1b[31mred", "\\u{1b}[31mred"},
		{"two\nlines", "two\\u{a}lines"},
		{"\xe2\x80\xae"
		 "right to left",
		 "\\u{202e}right to left"},
		{"\xff\xfe", "\\x{ff}\\x{fe}"},
		{"堃\xe5\xa0", "堃\\x{e5}\\x{a0}"},
		{"𤧟", "𤧟"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer text = {0};
		struct output out;

		output_init(&out, one, OUTPUT_ROWS);
		output_text(&out, cases[i].text);
		output_write(&out, OUTPUT_TABLE, false, &text);
		/* The third line, without its LF. */
		assert_int_equal(text.data[text.len - 1], '\n');
		text.data[text.len - 1] = '\0';
		assert_string_equal(strrchr(text.data, '\n') + 1,
				    cases[i].shown);
		output_free(&out);
		buffer_free(&text);
	}
}

static void
test_json_of_no_utf8_is_null(void **state)
{
	static const struct output_column one[] = {
		{"text", "TEXT", OUTPUT_TEXT}, {0}};
	struct output out;

	(void)state;
	output_init(&out, one, OUTPUT_ROWS);
	output_text(&out, "\xff");
	expect(&out, OUTPUT_JSON, false, "[\n {\"text\":null}\n]\n");
	output_free(&out);
}

static void
test_record(void **state)
{
	static const struct output_column record[] = {
		{"state", "state", OUTPUT_TEXT},
		{"schema_version", "schema version", OUTPUT_NUMBER},
		{"display", "顯示", OUTPUT_TEXT},
		{0}};
	struct output out;

	(void)state;
	output_init(&out, record, OUTPUT_RECORD);
	output_text(&out, "running");
	output_number(&out, 1);
	output_null(&out);
	expect(&out, OUTPUT_TABLE, false,
	       "state           running\n"
	       "schema version  1\n"
	       "顯示            –\n");
	expect(&out, OUTPUT_JSON, false,
	       "[\n {\"state\":\"running\",\"schema_version\":1,"
	       "\"display\":null}\n]\n");
	output_free(&out);
}

static void
test_groups(void **state)
{
	static const struct output_column groups[] = {
		{"section", "SECTION", OUTPUT_TEXT},
		{"name", "NAME", OUTPUT_TEXT},
		{"value", "VALUE", OUTPUT_TEXT},
		{0}};
	static const char *const cells[] = {"order", "status",      "paid",
					    "order", "pay_by",      "later",
					    "post",  "tracking_no", "0123"};
	struct output out;
	size_t i;

	(void)state;
	output_init(&out, groups, OUTPUT_GROUPS);
	for (i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
		output_text(&out, cells[i]);
	expect(&out, OUTPUT_TABLE, false,
	       "order\n"
	       "  status       paid\n"
	       "  pay_by       later\n"
	       "\n"
	       "post\n"
	       "  tracking_no  0123\n");
	expect(&out, OUTPUT_CSV, false,
	       "section,name,value\n"
	       "order,status,paid\n"
	       "order,pay_by,later\n"
	       "post,tracking_no,0123\n");
	output_free(&out);
}

static void
test_emphasis_is_for_tables_only(void **state)
{
	static const struct output_column one[] = {
		{"text", "TEXT", OUTPUT_TEXT}, {0}};
	struct output out;

	(void)state;
	output_init(&out, one, OUTPUT_ROWS);
	output_text(&out, "x");
	expect(&out, OUTPUT_TABLE, true, "\033[1mTEXT\033[0m\n────\nx\n");
	expect(&out, OUTPUT_JSON, true, "[\n {\"text\":\"x\"}\n]\n");
	expect(&out, OUTPUT_CSV, true, "text\nx\n");
	output_free(&out);
}

static void
test_ages(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {
		{-5, "0 s"},
		{0, "0 s"},
		{59, "59 s"},
		{60, "1 min"},
		{3599, "59 min"},
		{3600, "1 h 0 min"},
		{86399, "23 h 59 min"},
		{86400, "1 d 0 h"},
		{86400 * 99, "99 d 0 h"},
		{86400 * 100 + 7200, "100 d"},
	};
	char text[32];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		output_format_age(cases[i].seconds, text);
		assert_string_equal(text, cases[i].text);
	}
}

static void
test_bytes(void **state)
{
	static const struct {
		int64_t bytes;
		const char *text;
	} cases[] = {
		{0, "0 B"},
		{1023, "1023 B"},
		{1024, "1.0 KiB"},
		{11953152, "11.4 MiB"},
		{INT64_C(1) << 30, "1.0 GiB"},
		{INT64_C(5) << 50, "5120.0 TiB"},
	};
	char text[32];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		output_format_bytes(cases[i].bytes, text);
		assert_string_equal(text, cases[i].text);
	}
}

static void
test_widths(void **state)
{
	static const struct {
		const char *text;
		size_t width;
	} cases[] = {
		{"", 0},          {"abc", 3},  {"待繳費", 6},
		{"a堃b", 4},      {"𤧟", 2},   {"–", 1},
		{"e\xcc\x81", 1}, {"\xff", 1}, {"Ａ", 2},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(text_width(cases[i].text), cases[i].width);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_aligns),
		cmocka_unit_test(test_narrow_screen),
		cmocka_unit_test(test_json_keeps_types),
		cmocka_unit_test(test_csv_quotes),
		cmocka_unit_test(test_csv_defuses_formulas),
		cmocka_unit_test(test_untitled_columns_are_for_programs),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_hostile_text_stays_visible),
		cmocka_unit_test(test_json_of_no_utf8_is_null),
		cmocka_unit_test(test_record),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_emphasis_is_for_tables_only),
		cmocka_unit_test(test_ages),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_widths),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
