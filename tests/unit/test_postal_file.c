/*
 * postal_file: both layouts, each way of rejecting a row or a file, Chinese
 * in CP950 with all its traps, dates in all their forms, and cut-off files.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "charset.h"
#include "lines.h"
#include "mem.h"
#include "postal_file.h"
#include "postal_layout.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BYTES(text) text, sizeof(text) - 1
#define MAX_LINE 4096

#define NATIVE "order_no,tracking_no,posted_at,mail_type,weight_g,postage\n"
#define POSTING_UTF8                                                             \
	"掛號號碼,姓名,寄件地名(或地址),是否回執,是否航空," \
	"是否印刷物,重量,郵資,備考"
#define ORDER_1 "26112300000012"
#define ORDER_2 "26112300000029"
#define ORDER_3 "26112300000036"
#define SHORT "01489424103631"
#define LONG "01489424103631303002"
#define S10 "LH038196094TW"

/* The shipped ones. */
static struct postal_layouts shipped;

static const struct postal_options strict = {.layouts = &shipped,
					     .layout = "auto",
					     .list_encoding = "CP950",
					     .default_date = "2026-11-24",
					     .check_digits = true};

/* The header of posting lists, in the given encoding, with its LF. */
static void
put_posting_header(struct buffer *out, const char *encoding)
{
	struct charset *charset = charset_open("UTF-8", encoding);
	size_t offset;

	assert_non_null(charset);
	assert_int_equal(
		charset_convert(charset, BYTES(POSTING_UTF8), out, &offset), 0);
	buffer_putc(out, '\n');
	charset_close(charset);
}

/* What became of each line, a line each: "N order tracking date type weight
 * postage" ("-" for NULL), "N! code: text" rejected, "N!! code: text" the
 * file refused, in line 0 at its end. */
static char *
tell(const struct postal_options *options, const char *bytes, size_t len)
{
	struct postal_reader *reader = postal_open(options);
	struct lines *lines = lines_open_memory(bytes, len, MAX_LINE);
	struct buffer told = {0};
	struct line line;
	const char *code = NULL;
	bool refused = false;
	char text[160];

	assert_non_null(reader);
	buffer_puts(&told, "");
	while (!refused && lines_next(lines, &line) == LINES_LINE) {
		struct postal_row row;
		enum postal_result result;

		/* No NUL but what is written. */
		memset(text, 'X', sizeof(text));
		result = postal_read(reader, &line, &row, &code, text);
		if (result == POSTAL_ROW)
			buffer_printf(&told, "%lu %s %s %s %s %s %s\n",
				      line.number, row.order_no,
				      row.tracking_no, row.posted_on,
				      row.mail_type ? row.mail_type : "-",
				      row.weight_g ? row.weight_g : "-",
				      row.postage ? row.postage : "-");
		if (result == POSTAL_REJECTED || result == POSTAL_REFUSED) {
			assert_non_null(memchr(text, '\0', sizeof(text)));
			buffer_printf(&told, "%lu%s %s: %s\n", line.number,
				      result == POSTAL_REFUSED ? "!!" : "!",
				      code, text);
		}
		refused = result == POSTAL_REFUSED;
	}
	if (!refused && postal_end(reader, &code, text) == POSTAL_REFUSED)
		buffer_printf(&told, "0!! %s: %s\n", code, text);
	postal_close(reader);
	lines_close(lines);
	return told.data;
}

static void
check(const struct postal_options *options, const char *bytes, size_t len,
      const char *wanted)
{
	/* Exactly as long, so that reading on would be seen. */
	char *copy = mem_strndup(bytes, len);
	char *told = tell(options, copy, len);

	assert_string_equal(told, wanted);
	mem_free(told);
	mem_free(copy);
}

static void
knows_its_options(void **state)
{
	static const struct {
		const char *layout, *encoding;
		bool known;
	} cases[] = {
		{"auto", "CP950", true},
		{"native", "CP950", true},
		{"posting-list", "CP950", true},
		{"auto", "BIG5-HKSCS", true},
		{"auto", "UTF-8", true},
		{"", "CP950", false},
		{"post-list", "CP950", false},
		{"AUTO", "CP950", false},
		{"auto", "", false},
		{"auto", "BIG6", false},
		{"auto", "CP950//IGNORE", false},
		{"auto", "CP950//TRANSLIT", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct postal_options options = {
			.layouts = &shipped,
			.layout = cases[i].layout,
			.list_encoding = cases[i].encoding,
			.default_date = "2026-11-24"};
		struct postal_reader *reader = postal_open(&options);

		assert_int_equal(reader != NULL, cases[i].known);
		if (reader)
			assert_null(postal_layout(reader));
		postal_close(reader);
	}
}

/* Which header is taken under which setting. */
static void
chooses_the_layout(void **state)
{
	struct buffer list = {0};
	struct {
		const char *setting, *bytes;
		size_t len;
		const char *layout;
	} cases[] = {
		{"auto", BYTES(NATIVE), "native"},
		{"native", BYTES(NATIVE), "native"},
		{"posting-list", BYTES(NATIVE), NULL},
		{"auto", NULL, 0, "posting-list"},
		{"posting-list", NULL, 0, "posting-list"},
		{"native", NULL, 0, NULL},
		{"auto", "", 0, NULL},
		{"auto", BYTES("\xef\xbb\xbf" NATIVE), "native"},
		{"auto",
		 BYTES("order_no,tracking_no,posted_at,mail_type,weight_g,"
		       "postage\r\n"),
		 "native"},
		{"auto", BYTES("\n" NATIVE), NULL},
		{"auto", BYTES(" " NATIVE), NULL},
		{"auto", BYTES("x"), NULL},
		{"auto", BYTES("order_no,tracking_no,posted_at,mail_type\n"),
		 NULL},
		{"auto",
		 BYTES("tracking_no,order_no,posted_at,mail_type,weight_g,"
		       "postage\n"),
		 "native"},
		{"auto",
		 BYTES("order_no,order_no,tracking_no,posted_at,mail_type,"
		       "weight_g,postage\n"),
		 NULL},
		{"auto",
		 BYTES("order_no,tracking_no,posted_at,mail_type,weight_g,"
		       "postage\0\n"),
		 NULL},
		{"auto",
		 BYTES("order_no,tracking_no,posted_at,mail_type,weight_g,"
		       "postage\0,more\n"),
		 NULL},
		{"auto", BYTES("\xff\xff\n"), NULL},
		{"auto", BYTES(POSTING_UTF8 "\n"), "posting-list"},
		{"auto", BYTES("order_no|tracking_no |posted_on\t\n"),
		 "mail-house"},
	};

	(void)state;
	put_posting_header(&list, "CP950");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct postal_options options = strict;
		struct postal_reader *reader;
		struct postal_row row;
		struct lines *lines;
		struct line line;
		const char *code;
		char text[160];

		print_message("header %zu\n", i);
		options.layout = cases[i].setting;
		reader = postal_open(&options);
		if (!cases[i].bytes) {
			cases[i].bytes = list.data;
			cases[i].len = list.len;
		}
		lines = lines_open_memory(cases[i].bytes, cases[i].len,
					  MAX_LINE);
		lines_next(lines, &line);
		if (cases[i].layout) {
			assert_int_equal(
				postal_read(reader, &line, &row, &code, text),
				POSTAL_NOTHING);
			assert_string_equal(postal_layout(reader),
					    cases[i].layout);
		} else if (cases[i].len) {
			assert_int_equal(
				postal_read(reader, &line, &row, &code, text),
				POSTAL_REFUSED);
			assert_string_equal(code, "unknown_layout");
			assert_string_equal(text, "line 1: the header is of no "
						  "known layout");
			assert_null(postal_layout(reader));
		}
		lines_close(lines);
		postal_close(reader);
	}
	buffer_free(&list);
}

#define CUT "cut_off: the file ends inside this line"

static void
reads_native_rows(void **state)
{
	static const struct {
		const char *row;
		size_t len;
		const char *wanted;
	} cases[] = {
		{BYTES(ORDER_1 "," LONG ",2026-11-24,30,20,36\n"),
		 "2 " ORDER_1 " " LONG " 2026-11-24 30 20 36\n"},
		{BYTES(ORDER_1 "," SHORT ",2026-11-24,,,\n"),
		 "2 " ORDER_1 " " SHORT " 2026-11-24 - - -\n"},
		{BYTES(ORDER_1 "," S10 ",2026-11-24,,,"), "2! " CUT "\n"},
		{BYTES("\"" ORDER_1 "\",\"" S10 "\",\"2026-11-24\",\"\",\"1\","
		       "\"0\"\r\n"),
		 "2 " ORDER_1 " " S10 " 2026-11-24 - 1 0\n"},
		{BYTES(ORDER_1 "," SHORT ",2026-11-24,03,0000020,9999999\n"),
		 "2 " ORDER_1 " " SHORT " 2026-11-24 03 0000020 9999999\n"},
		/* Blank lines are nothing, and do not shift the numbers. */
		{BYTES("\n\r\n" ORDER_1 "," S10 ",2026-11-24,,,\n"),
		 "4 " ORDER_1 " " S10 " 2026-11-24 - - -\n"},
		{BYTES(""), ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buffer bytes = {0};

		print_message("%s", cases[i].row);
		buffer_puts(&bytes, NATIVE);
		buffer_append(&bytes, cases[i].row, cases[i].len);
		check(&strict, bytes.data, bytes.len, cases[i].wanted);
		buffer_free(&bytes);
	}
}

#define BAD_ORDER                                                             \
	"bad_order_no: the order number is not 14 digits with a right check " \
	"digit"
#define BAD_NUMBER                                                          \
	"bad_tracking_no: the tracking number has none of the forms of 6, " \
	"14, "                                                              \
	"20 digits or S10"
#define BAD_CHECK \
	"wrong_check_digit: the tracking number's check digit is wrong"
#define BAD_DATE "bad_date: the posting date is no date"
#define BAD_WEIGHT "bad_weight: the weight is no whole number of grams"
#define BAD_POSTAGE "bad_postage: the postage is no whole number of dollars"
#define BAD_TYPE "bad_mail_type: the mail type is not 2 digits"
#define ON ",2026-11-24,,,\n"

/* Each rejected row has its line and reason, and the next one is read. */
static void
rejects_with_line(void **state)
{
	static const struct {
		const char *row;
		size_t len;
		const char *wanted;
	} cases[] = {
		{BYTES("," S10 ON), BAD_ORDER},
		{BYTES("26112300000011," S10 ON), BAD_ORDER},
		{BYTES("2611230000001," S10 ON), BAD_ORDER},
		{BYTES(ORDER_1 "0," S10 ON), BAD_ORDER},
		{BYTES(" " ORDER_1 "," S10 ON), BAD_ORDER},
		{BYTES(ORDER_1 " ," S10 ON), BAD_ORDER},
		{BYTES("2611230000001X," S10 ON), BAD_ORDER},
		/* 30 February, with a right check digit. */
		{BYTES("26023000000014," S10 ON), BAD_ORDER},
		{BYTES(ORDER_1 "," ON),
		 "bad_tracking_no: the tracking number is empty"},
		{BYTES(ORDER_1 ",12345" ON), BAD_NUMBER},
		{BYTES(ORDER_1 ",1234567" ON), BAD_NUMBER},
		{BYTES(ORDER_1 ",0148942410363" ON), BAD_NUMBER},
		{BYTES(ORDER_1 ",0148942410363X" ON), BAD_NUMBER},
		{BYTES(ORDER_1 ", " SHORT ON), BAD_NUMBER},
		{BYTES(ORDER_1 ",lh038196094tw" ON), BAD_NUMBER},
		{BYTES(ORDER_1 ",LH038196094T1" ON), BAD_NUMBER},
		{BYTES(ORDER_1 ",LH03819609XTW" ON), BAD_NUMBER},
		{BYTES(ORDER_1 ",014894241036313030020" ON), BAD_NUMBER},
		{BYTES(ORDER_1 ",RR123456789TW" ON), BAD_CHECK},
		{BYTES(ORDER_1 ",LH038196095TW" ON), BAD_CHECK},
		{BYTES(ORDER_1 ",01489424103631303003" ON), BAD_CHECK},
		{BYTES(ORDER_1 ",148942" ON),
		 "serial_only: a serial of 6 digits alone does not name one "
		 "letter"},
		{BYTES(ORDER_1 "," S10 ",,,,\n"), BAD_DATE},
		{BYTES(ORDER_1 "," S10 ",today,,,\n"), BAD_DATE},
		{BYTES(ORDER_1 "," S10 ",2026-11-24,3,,\n"), BAD_TYPE},
		{BYTES(ORDER_1 "," S10 ",2026-11-24,300,,\n"), BAD_TYPE},
		{BYTES(ORDER_1 "," S10 ",2026-11-24,3a,,\n"), BAD_TYPE},
		{BYTES(ORDER_1 "," S10 ",2026-11-24,,0,\n"), BAD_WEIGHT},
		{BYTES(ORDER_1 "," S10 ",2026-11-24,,000,\n"), BAD_WEIGHT},
		{BYTES(ORDER_1 "," S10 ",2026-11-24,,-1,\n"), BAD_WEIGHT},
		{BYTES(ORDER_1 "," S10 ",2026-11-24,,1.5,\n"), BAD_WEIGHT},
		{BYTES(ORDER_1 "," S10 ",2026-11-24,, 20,\n"), BAD_WEIGHT},
		{BYTES(ORDER_1 "," S10 ",2026-11-24,,10000000,\n"), BAD_WEIGHT},
		{BYTES(ORDER_1 "," S10 ",2026-11-24,,,-1\n"), BAD_POSTAGE},
		{BYTES(ORDER_1 "," S10 ",2026-11-24,,,36.0\n"), BAD_POSTAGE},
		{BYTES(ORDER_1 "," S10 ",2026-11-24,,,10000000\n"),
		 BAD_POSTAGE},
		{BYTES(ORDER_1 "\n"), "bad_line: has 1 columns instead of 6"},
		{BYTES(ORDER_1 "," S10 ",2026-11-24,,\n"),
		 "bad_line: has 5 columns instead of 6"},
		{BYTES(ORDER_1 "," S10 ",2026-11-24,,,,\n"),
		 "bad_line: has 7 columns instead of 6"},
		{BYTES(ORDER_1 ",\"" S10 ON),
		 "bad_line: its quotes do not match"},
		{BYTES(ORDER_1 "," S10 "\"" ON),
		 "bad_line: its quotes do not match"},
		{BYTES(ORDER_1 "," S10 "\0" ON), "nul_byte: holds a NUL byte"},
		{BYTES("\0\n"), "nul_byte: holds a NUL byte"},
		{BYTES(ORDER_1 ",\xa4\xfd" ON),
		 "bad_encoding: byte 16 is no character of UTF-8; it is "
		 "byte 74 of the file"},
		{BYTES("\xff\n"),
		 "bad_encoding: byte 1 is no character of UTF-8; it is "
		 "byte 59 of the file"},
		{BYTES(ORDER_1 "," S10 ",2026-11-24,,,\xe7\x8e\n"),
		 "bad_encoding: byte 43 is no character of UTF-8; it is "
		 "byte 101 of the file"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buffer bytes = {0};
		char *wanted = mem_printf("2! %s\n3 " ORDER_2 " " SHORT
					  " 2026-11-24 - - -\n",
					  cases[i].wanted);

		print_message("%s", cases[i].row);
		buffer_puts(&bytes, NATIVE);
		buffer_append(&bytes, cases[i].row, cases[i].len);
		buffer_puts(&bytes, ORDER_2 "," SHORT ON);
		check(&strict, bytes.data, bytes.len, wanted);
		mem_free(wanted);
		buffer_free(&bytes);
	}
}

/* The two settings that take more. */
static void
obeys_settings(void **state)
{
	static const char bytes[] = NATIVE ORDER_1
		",RR123456789TW" ON ORDER_2 ",148942" ON ORDER_3 ",12345" ON;
	static const struct {
		bool check_digits, serial_only;
		const char *wanted;
	} cases[] = {
		{true, false,
		 "2! " BAD_CHECK "\n3! serial_only: a serial of 6 digits alone "
		 "does not name one letter\n4! " BAD_NUMBER "\n"},
		{false, false,
		 "2 " ORDER_1 " RR123456789TW 2026-11-24 - - -\n"
		 "3! serial_only: a serial of 6 digits alone does not name one "
		 "letter\n4! " BAD_NUMBER "\n"},
		{true, true,
		 "2! " BAD_CHECK "\n3 " ORDER_2 " 148942 2026-11-24 - - -\n"
		 "4! " BAD_NUMBER "\n"},
		{false, true,
		 "2 " ORDER_1 " RR123456789TW 2026-11-24 - - -\n"
		 "3 " ORDER_2 " 148942 2026-11-24 - - -\n"
		 "4! " BAD_NUMBER "\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct postal_options options = strict;

		options.check_digits = cases[i].check_digits;
		options.serial_only = cases[i].serial_only;
		check(&options, BYTES(bytes), cases[i].wanted);
	}
}

static void
reads_dates(void **state)
{
	static const struct {
		const char *written, *date; /* NULL: rejected */
	} cases[] = {
		{"2026-11-24", "2026-11-24"},
		{"20261124", "2026-11-24"},
		{"2026.11.24", "2026-11-24"},
		{"115/11/24", "2026-11-24"},
		{"1151124", "2026-11-24"},
		{"113/02/29", "2024-02-29"},
		{"1130229", "2024-02-29"},
		{"2024-02-29", "2024-02-29"},
		{"089/02/29", "2000-02-29"},
		/* A time's date is Taiwan's. */
		{"2026-11-24T23:59:59+08:00", "2026-11-24"},
		{"2026-11-24T00:00:00+08:00", "2026-11-24"},
		{"2026-11-23T16:00:00Z", "2026-11-24"},
		{"2026-11-23T15:59:59.999Z", "2026-11-23"},
		{"2026-11-24T02:00:00+10:30", "2026-11-23"},
		{"9999-12-31T15:59:59Z", "9999-12-31"},
		{"9999-12-31T16:00:00Z", NULL},
		{"9999-12-31T23:59:59-10:00", NULL},
		{"2026-02-29", NULL},
		{"115/02/29", NULL},
		{"1150229", NULL},
		{"2026-13-01", NULL},
		{"2026-00-10", NULL},
		{"2026-11-31", NULL},
		{"2026-11-00", NULL},
		{"000/11/24", NULL},
		{"0001124", NULL},
		{"0000-11-24", NULL},
		{"2026/11/24", NULL},
		{"115-11-24", NULL},
		{"24-11-2026", NULL},
		{"2026-1-2", NULL},
		{"20261124 ", NULL},
		{" 20261124", NULL},
		{"202611241", NULL},
		{"2026-11-24T10:00:00", NULL},
		{"2026-11-24 10:00:00+08:00", NULL},
		{"2026-11-24T25:00:00+08:00", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *bytes = mem_printf(NATIVE ORDER_1 "," S10 ",%s,,,\n",
					 cases[i].written);
		char *wanted = cases[i].date ? mem_printf("2 " ORDER_1 " " S10
							  " %s - - -\n",
							  cases[i].date)
					     : mem_strdup("2! " BAD_DATE "\n");

		print_message("\"%s\"\n", cases[i].written);
		check(&strict, bytes, strlen(bytes), wanted);
		mem_free(bytes);
		mem_free(wanted);
	}
}

#define WANG "\xa4\xfd\xa4\x70\xa9\xfa"   /* 王小明 */
#define XU "\xb3\x5c\xa5\x5c\xbb\x5c"     /* 許功蓋: trail bytes 0x5C */
#define YU "\xa8\x7c"                     /* 育: trail byte 0x7C */
#define TAIPEI "\xbb\x4f\xa5\x5f\xa5\xab" /* 臺北市 */

static void
reads_posting_lists(void **state)
{
	static const char bytes[] =
		LONG "," WANG "," TAIPEI ",,,,20,36," ORDER_1 "\n" S10 "," XU
		     "," YU TAIPEI ",V,,,,," ORDER_2 "\r\n" SHORT ",\"" WANG
		     ", " XU "\",\"" YU "\"\"" YU "\",,,,7,0," ORDER_3 "\n";
	struct buffer file = {0};

	(void)state;
	put_posting_header(&file, "CP950");
	buffer_append(&file, BYTES(bytes));
	check(&strict, file.data, file.len,
	      "2 " ORDER_1 " " LONG " 2026-11-24 - 20 36\n"
	      "3 " ORDER_2 " " S10 " 2026-11-24 - - -\n"
	      "4 " ORDER_3 " " SHORT " 2026-11-24 - 7 0\n");
	buffer_free(&file);
}

/* Bytes that are no characters: the row is rejected with their place, and
 * nothing is put in their stead. The name starts at byte 15. */
static void
places_bad_bytes(void **state)
{
	static const struct {
		const char *name;
		size_t byte; /* 0: they are characters */
	} cases[] = {
		{WANG, 0},
		{XU, 0},
		{YU, 0},
		{"", 0},
		{"\xff", 15},
		{"\x81", 15},
		{WANG "\xff", 21},
		{WANG "\x81\x3f" WANG, 21},
		/* A lead byte whose trail byte is the comma, or no trail. */
		{"\xa4", 15},
		{"\xa4\x20", 15},
		{"\xa4\x7f", 15},
		{"\xa4\x39", 15},
		{XU "\xa4", 21},
		{"AB\xa4\xff", 17},
		/* A place of the table where nothing stands. */
		{"\xc7\xff", 15},
		/* 堃, which only BIG5-HKSCS has. */
		{WANG "\xfb\x69", 21},
		/* UTF-8, when somebody saved it with another program. */
		{"\xe7\x8e\x8b", 15},
	};
	struct postal_options hkscs = strict;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buffer file = {0};
		char *wanted;

		print_message("name %zu\n", i);
		put_posting_header(&file, "CP950");
		wanted = cases[i].byte
				 ? mem_printf("2! bad_encoding: byte %zu is no "
					      "character of CP950; it is byte "
					      "%zu of the file\n",
					      cases[i].byte,
					      file.len + cases[i].byte)
				 : mem_strdup("2 " ORDER_1 " " S10
					      " 2026-11-24 - 20 36\n");
		buffer_puts(&file, S10 ",");
		buffer_puts(&file, cases[i].name);
		buffer_puts(&file, "," TAIPEI ",,,,20,36," ORDER_1 "\n");
		check(&strict, file.data, file.len, wanted);
		buffer_free(&file);
		mem_free(wanted);
	}

	/* At the end of a line that lacks its second byte. */
	{
		struct buffer file = {0};

		put_posting_header(&file, "CP950");
		assert_int_equal(file.len, 75);
		buffer_puts(&file, S10 ",\xa4\n" S10 ",\xa4");
		check(&strict, file.data, file.len,
		      "2! bad_encoding: byte 15 is no character of CP950; it "
		      "is byte 90 of the file\n3! " CUT "\n");
		buffer_free(&file);
	}

	/* The codec is a setting. */
	{
		static const char name[] = "\xe5\xa0\x83";
		struct charset *charset = charset_open("UTF-8", "BIG5-HKSCS");
		struct buffer file = {0};
		size_t offset;

		hkscs.list_encoding = "BIG5-HKSCS";
		put_posting_header(&file, "BIG5-HKSCS");
		buffer_puts(&file, S10 ",");
		assert_int_equal(
			charset_convert(charset, BYTES(name), &file, &offset),
			0);
		buffer_puts(&file, "," TAIPEI ",,,,20,36," ORDER_1 "\n");
		check(&hkscs, file.data, file.len,
		      "2 " ORDER_1 " " S10 " 2026-11-24 - 20 36\n");
		buffer_free(&file);
		charset_close(charset);
	}
}

/* Reasons in posting lists, whose columns stand elsewhere. */
static void
rejects_rows_of_posting_lists(void **state)
{
	static const struct {
		const char *row;
		const char *wanted;
	} cases[] = {
		{",,,,,,,," ORDER_1 "\n",
		 "bad_tracking_no: the tracking number is empty"},
		{S10 ",,,,,,,,\n", BAD_ORDER},
		{S10 "," WANG ",,,,,x,," ORDER_1 "\n", BAD_WEIGHT},
		{S10 "," WANG ",,,,,,x," ORDER_1 "\n", BAD_POSTAGE},
		{S10 "," WANG ",,,,,,\n",
		 "bad_line: has 8 columns instead of 9"},
		/* The quote is one although its neighbour is 0x5C. */
		{S10 ",\"" XU "\",,,,,,,\n", BAD_ORDER},
		{S10 "," XU "\",,,,,,,\n", "bad_line: its quotes do not match"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buffer file = {0};
		char *wanted = mem_printf("2! %s\n", cases[i].wanted);

		print_message("row %zu\n", i);
		put_posting_header(&file, "CP950");
		buffer_puts(&file, cases[i].row);
		check(&strict, file.data, file.len, wanted);
		mem_free(wanted);
		buffer_free(&file);
	}
}

/* Of a file that was cut off, all whole lines are told as in the whole file,
 * and the line that was cut is rejected, whatever it looks like. */
static void
check_prefixes(const char *bytes, size_t whole, size_t header)
{
	char *all = tell(&strict, bytes, whole);

	for (size_t len = 0; len <= whole; len++) {
		char *copy = mem_strndup(bytes, len), *at = all, *wanted;
		char *told = tell(&strict, copy, len);
		size_t complete = 0;

		for (size_t i = 0; i < len; i++)
			complete += copy[i] == '\n';
		for (size_t line = 1; line < complete; line++)
			at = strchr(at, '\n') + 1;
		if (len == 0)
			wanted = mem_strdup("0!! unknown_layout: the file is "
					    "empty\n");
		else if (len < header)
			wanted = mem_strdup(len == header - 1
						    ? "1!! cut_off: line 1: "
						      "the file ends inside "
						      "its header\n"
						    : "1!! unknown_layout: "
						      "line 1: the header is "
						      "of no known layout\n");
		else if (copy[len - 1] == '\n')
			wanted = mem_strndup(all, (size_t)(at - all));
		else
			wanted = mem_printf("%.*s%zu! " CUT "\n",
					    (int)(at - all), all, complete + 1);
		assert_string_equal(told, wanted);
		mem_free(wanted);
		mem_free(told);
		mem_free(copy);
	}
	mem_free(all);
}

static void
accounts_for_every_prefix(void **state)
{
	static const char native[] =
		NATIVE ORDER_1 "," LONG ",2026-11-24,30,20,36\n" ORDER_2
			       "," SHORT ",115/11/24,03,7,0\n" ORDER_3 "," S10
			       ",2026-11-23T16:00:00Z,,,\n";
	static const char rows[] =
		LONG "," WANG "," TAIPEI ",,,,20,36," ORDER_1 "\n" S10 "," XU
		     ",\"" YU "\",V,,,,," ORDER_2 "\n";
	struct buffer list = {0};

	(void)state;
	check_prefixes(BYTES(native), strlen(NATIVE));
	put_posting_header(&list, "CP950");
	{
		size_t header = list.len;

		buffer_append(&list, BYTES(rows));
		check_prefixes(list.data, list.len, header);
	}
	buffer_free(&list);
}

/* Lines of 10 MB, when somebody sets the bound that high. */
static void
survives_huge_lines(void **state)
{
	static const size_t huge = 10 * 1024 * 1024;
	static const struct {
		const char *start;
		char filling;
		const char *end, *code;
	} cases[] = {
		{ORDER_1 ",", '9', ON, "bad_tracking_no"},
		{"", '1', "," S10 ON, "bad_order_no"},
		{"", ',', "\n", "bad_line"},
		{"\"", '"', "\n", "bad_line"},
		{ORDER_1 "," S10 ",2026-11-24,,", '9', ",\n", "bad_weight"},
		{ORDER_1 "," S10 ",2026-11-24T10:00:00.", '0', "Z,,,x\n",
		 "bad_postage"},
	};
	struct buffer bytes = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct postal_reader *reader = postal_open(&strict);
		struct postal_row row;
		struct lines *lines;
		struct line line;
		const char *code;
		char text[160];

		print_message("huge %zu\n", i);
		buffer_clear(&bytes);
		buffer_puts(&bytes, NATIVE);
		buffer_puts(&bytes, cases[i].start);
		buffer_reserve(&bytes, bytes.len + huge + 64);
		memset(bytes.data + bytes.len, cases[i].filling, huge);
		bytes.len += huge;
		bytes.data[bytes.len] = '\0';
		buffer_puts(&bytes, cases[i].end);
		lines = lines_open_memory(bytes.data, bytes.len, huge * 2);
		assert_int_equal(lines_next(lines, &line), LINES_LINE);
		assert_int_equal(postal_read(reader, &line, &row, &code, text),
				 POSTAL_NOTHING);
		assert_int_equal(lines_next(lines, &line), LINES_LINE);
		assert_int_equal(postal_read(reader, &line, &row, &code, text),
				 POSTAL_REJECTED);
		assert_string_equal(code, cases[i].code);
		lines_close(lines);
		postal_close(reader);
	}
	buffer_free(&bytes);
}

static void
finds_dates_in_names(void **state)
{
	static const struct {
		const char *name, *date; /* NULL: none */
	} cases[] = {
		{"PL-20261123-000001-20261124-000001.csv", "2026-11-24"},
		{"PL-20261123-000001.csv", "2026-11-23"},
		{"20261123", "2026-11-23"},
		{"a20261123b", "2026-11-23"},
		/* Not exactly 8 digits, or no date. */
		{"120261123.csv", NULL},
		{"202611231.csv", NULL},
		{"2026-11-23.csv", NULL},
		{"1151123.csv", NULL},
		{"20261323.csv", NULL},
		{"PL-20261123-99999999.csv", "2026-11-23"},
		{"99999999-20261123", "2026-11-23"},
		{"00000101.csv", NULL},
		{"20240229.csv", "2024-02-29"},
		{"20260229.csv", NULL},
		{"", NULL},
		{"post.csv", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *name = mem_strdup(cases[i].name);
		char date[11] = "untouched";

		assert_int_equal(postal_date_in_name(name, date),
				 cases[i].date != NULL);
		assert_string_equal(date, cases[i].date ? cases[i].date
							: "untouched");
		mem_free(name);
	}
}

/* A line of the post's return file, without what goes beyond 217 bytes. */
static void
put_status(struct buffer *out, const char *day, const char *number,
	   const char *event, const char *office, const char *when)
{
	struct charset *charset = charset_open("UTF-8", "CP950");
	struct buffer name = {0};
	size_t offset, start = out->len;

	assert_int_equal(charset_convert(charset, office, strlen(office), &name,
					 &offset),
			 0);
	buffer_printf(out, "223000%s            %-20s%s%30s%6s", day, number,
		      event, "", "220073");
	buffer_append(out, name.data, name.len);
	for (size_t i = name.len; i < 20; i++)
		buffer_putc(out, ' ');
	buffer_printf(out, "%99s%s", "", when);
	assert_int_equal(out->len - start, 217);
	charset_close(charset);
	buffer_free(&name);
}

/* "N number day event time office reason", as tell() does. */
static char *
tell_events(const struct postal_options *options, const char *bytes, size_t len)
{
	struct postal_reader *reader = postal_open(options);
	struct lines *lines = lines_open_memory(bytes, len, MAX_LINE);
	struct buffer told = {0};
	struct postal_row row;
	struct line line;
	const char *code;
	char text[160];

	buffer_puts(&told, "");
	while (lines_next(lines, &line) == LINES_LINE) {
		enum postal_result result =
			postal_read(reader, &line, &row, &code, text);

		if (result == POSTAL_ROW) {
			assert_null(row.order_no);
			buffer_printf(&told, "%lu %s %s %s %s %s %s\n",
				      line.number, row.tracking_no,
				      row.posted_on, row.event, row.event_at,
				      row.office ? row.office : "-",
				      row.reason ? row.reason : "-");
		} else if (result != POSTAL_NOTHING) {
			buffer_printf(&told, "%lu! %s: %s\n", line.number, code,
				      text);
		}
		if (result == POSTAL_REFUSED)
			break;
	}
	lines_close(lines);
	postal_close(reader);
	return told.data;
}

static void
reads_the_posts_states(void **state)
{
	static const struct {
		const char *day, *number, *event, *office, *when, *wanted;
	} cases[] = {
		{"20261124", SHORT, "I4", "中和郵局　　", "20261125093000",
		 "1 " SHORT " 2026-11-24 I4 2026-11-25T09:30:00+08:00 "
		 "中和郵局 -\n"},
		{"20261124", LONG, "G2", "", "20261125093000",
		 "1 " LONG " 2026-11-24 G2 2026-11-25T09:30:00+08:00 - -\n"},
		{"20261131", SHORT, "I4", "", "20261125093000",
		 "1! bad_date: the posting date is no date\n"},
		{"20261124", SHORT, "i4", "", "20261125093000",
		 "1! bad_event: the event is no code of a letter and a letter "
		 "or digit\n"},
		{"20261124", SHORT, "I4", "", "20261125240000",
		 "1! bad_event_time: the time of the event is no time\n"},
		{"20261124", "0148942410363", "I4", "", "20261125093000",
		 "1! " BAD_NUMBER "\n"},
	};
	struct postal_options options = strict;

	(void)state;
	options.layout = "post-status";
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buffer bytes = {0};
		char *told;

		put_status(&bytes, cases[i].day, cases[i].number,
			   cases[i].event, cases[i].office, cases[i].when);
		told = tell_events(&options, bytes.data, bytes.len);
		assert_string_equal(told, cases[i].wanted);
		mem_free(told);
		buffer_free(&bytes);
	}
}

/* The reason stands beyond what each line has. */
static void
reads_why_a_delivery_failed(void **state)
{
	struct charset *charset = charset_open("UTF-8", "CP950");
	struct postal_options options = strict;
	struct buffer bytes = {0};
	size_t offset;
	char *told;

	(void)state;
	put_status(&bytes, "20261124", SHORT, "H4", "", "20261125093000");
	buffer_printf(&bytes, "1%20s02", "");
	assert_int_equal(charset_convert(charset, BYTES("遷移不明　　　　　　"),
					 &bytes, &offset),
			 0);
	assert_int_equal(bytes.len, 260);
	told = tell_events(&strict, bytes.data, bytes.len);
	assert_string_equal(told, "1 " SHORT " 2026-11-24 H4 "
				  "2026-11-25T09:30:00+08:00 - 遷移不明\n");
	mem_free(told);
	/* Cut off in the reason, or just where lines without one end. */
	for (size_t len = 1; len < 260; len++) {
		char *copy = mem_strndup(bytes.data, len);

		options.layout = "post-status";
		told = tell_events(&options, copy, len);
		assert_string_equal(told, "1! " CUT "\n");
		mem_free(told);
		mem_free(copy);
	}
	/* With a line feed its length is what is wrong, or its bytes. */
	bytes.data[251] = '\n';
	told = tell_events(&strict, bytes.data, 252);
	assert_string_equal(told, "1! bad_encoding: byte 251 is no character "
				  "of CP950; it is byte 251 of the file\n");
	mem_free(told);
	buffer_free(&bytes);
	charset_close(charset);
}

/* Cut off anywhere: whole lines are read, the rest is rejected. */
static void
accounts_for_every_prefix_of_states(void **state)
{
	struct postal_options options = strict;
	struct buffer bytes = {0};

	(void)state;
	options.layout = "post-status";
	for (int i = 0; i < 3; i++) {
		put_status(&bytes, "20261124", SHORT, "I4", "中和中山路郵局",
			   "20261125093000");
		buffer_putc(&bytes, '\n');
	}
	for (size_t len = 0; len <= bytes.len; len++) {
		char *copy = mem_strndup(bytes.data, len);
		char *told = tell_events(&options, copy, len);
		size_t rows = 0, rejected = 0, whole = (len + 1) / 218;
		const char *line;

		for (line = told; *line; line = strchr(line, '\n') + 1) {
			size_t digits = strspn(line, "0123456789");

			if (line[digits] == '!')
				rejected++;
			else
				rows++;
		}
		assert_int_equal(rows, whole);
		assert_int_equal(rejected,
				 len > whole * 218 && len % 218 != 217);
		mem_free(told);
		mem_free(copy);
	}
	buffer_free(&bytes);
}

/* One list in four encodings is one list. */
static void
reads_every_encoding_alike(void **state)
{
	static const char text[] = POSTING_UTF8
		"\n" SHORT ",王小明,臺北市中正區,,,,20,28," ORDER_1 "\n";
	static const char wanted[] =
		"2 " ORDER_1 " " SHORT " 2026-11-24 - 20 28\n";
	static const char *const encodings[] = {"CP950", "BIG5-HKSCS"};

	(void)state;
	for (size_t i = 0; i < COUNT(encodings); i++) {
		struct charset *charset = charset_open("UTF-8", encodings[i]);
		struct postal_options options = strict;
		struct buffer bytes = {0};
		size_t offset;

		options.list_encoding = encodings[i];
		assert_int_equal(
			charset_convert(charset, BYTES(text), &bytes, &offset),
			0);
		check(&options, bytes.data, bytes.len, wanted);
		buffer_free(&bytes);
		charset_close(charset);
		check(&options, BYTES(text), wanted);
	}
	{
		struct buffer bytes = {0};

		buffer_puts(&bytes, "\xef\xbb\xbf");
		buffer_puts(&bytes, text);
		check(&strict, bytes.data, bytes.len, wanted);
		buffer_free(&bytes);
	}
}

static void
reads_the_mail_house(void **state)
{
	(void)state;
	check(&strict,
	      BYTES("order_no|cards|tracking_no|posted_on \t\n" ORDER_1
		    "|1|" LONG "|2026.11.24\t\n" ORDER_2 " |1| " SHORT
		    "|115/11/24\n" ORDER_3 "|1|" S10 "|1151124 \n" ORDER_3
		    "|1|" S10 "|24.11.2026\n"),
	      "2 " ORDER_1 " " LONG " 2026-11-24 - - -\n3 " ORDER_2 " " SHORT
	      " 2026-11-24 - - -\n4 " ORDER_3 " " S10
	      " 2026-11-24 - - -\n5! " BAD_DATE "\n");
}

/* What a configuration may say, and what is said of what it may not. */
static void
takes_layouts_from_the_configuration(void **state)
{
	static char *const delimited[] = {"order_no=單號", "tracking_no=掛號",
					  NULL};
	static char *const fixed[] = {"order_no=0:14", "tracking_no=14:20",
				      "posted_on=34:9", NULL};
	static char *const nowhere[] = {"tracking_no=0:20", NULL};
	static char *const unknown[] = {"number=0:20", NULL};
	static char *const twice[] = {"tracking_no=0:20", "tracking_no=1:20",
				      NULL};
	static char *const words[] = {"tracking_no=number", NULL};
	static char *const zero[] = {"tracking_no=#0", NULL};
	static char *const open[] = {"tracking_no=a+", NULL};
	static char *const nine[] = {"tracking_no=a+b+c+d+e+f+g+h+i", NULL};
	static const struct {
		struct postal_layout_settings block;
		const char *error; /* NULL: fine */
	} cases[] = {
		{{.name = "a",
		  .encoding = "UTF-8",
		  .delimiter = "tab",
		  .fields = (char **)delimited},
		 NULL},
		{{.name = "a",
		  .encoding = "BIG5-HKSCS",
		  .fields = (char **)fixed},
		 NULL},
		{{.name = "native",
		  .encoding = "UTF-8",
		  .fields = (char **)fixed},
		 NULL},
		{{.encoding = "UTF-8", .fields = (char **)fixed},
		 "name is not set, or \"auto\""},
		{{.name = "a", .encoding = "BIG6", .fields = (char **)fixed},
		 "encoding \"BIG6\" is unknown"},
		{{.name = "a", .encoding = "UTF-8", .delimiter = "||"},
		 "delimiter is one character, or tab"},
		{{.name = "a", .encoding = "UTF-8"},
		 "fields: tracking_no is missing"},
		{{.name = "a", .encoding = "UTF-8", .fields = (char **)nowhere},
		 "fields: order_no, or event, is missing"},
		{{.name = "a", .encoding = "UTF-8", .fields = (char **)unknown},
		 "fields: \"number=0:20\" begins with no known field and "
		 "\"=\""},
		{{.name = "a", .encoding = "UTF-8", .fields = (char **)twice},
		 "fields: \"tracking_no=1:20\" says again where a field is"},
		{{.name = "a", .encoding = "UTF-8", .fields = (char **)words},
		 "fields: \"tracking_no=number\": \"number\" is not like "
		 "\"6:8\" (offset and length in bytes)"},
		{{.name = "a",
		  .encoding = "UTF-8",
		  .delimiter = ",",
		  .fields = (char **)zero},
		 "fields: \"tracking_no=#0\": \"#0\" is not like \"#3\" (a "
		 "column's number, from 1)"},
		{{.name = "a",
		  .encoding = "UTF-8",
		  .delimiter = ",",
		  .fields = (char **)open},
		 "fields: \"tracking_no=a+\": \"\" names no column"},
		{{.name = "a",
		  .encoding = "UTF-8",
		  .delimiter = ",",
		  .fields = (char **)nine},
		 "fields: \"tracking_no=a+b+c+d+e+f+g+h+i\": \"i\" has too "
		 "many "
		 "parts"},
		{{.name = "a",
		  .encoding = "UTF-8",
		  .unended = "maybe",
		  .fields = (char **)fixed},
		 "unended is \"reject\" or \"take\""},
		{{.name = "a",
		  .encoding = "UTF-8",
		  .trailer = "",
		  .fields = (char **)fixed},
		 "trailer is empty"},
		{{.name = "a",
		  .encoding = "UTF-8",
		  .trailer_count = "1:6",
		  .fields = (char **)fixed},
		 "trailer_count needs trailer"},
		{{.name = "a",
		  .encoding = "UTF-8",
		  .trailer = "T",
		  .trailer_count = "2",
		  .fields = (char **)fixed},
		 "trailer_count: \"2\" is not like \"6:8\" (offset and length "
		 "in bytes)"},
		{{.name = "a",
		  .encoding = "UTF-8",
		  .delimiter = ",",
		  .trailer = "T",
		  .trailer_count = "1:6",
		  .fields = (char **)delimited},
		 "trailer_count: \"1:6\" is not a column's number, from 1"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct postal_layout_settings block = cases[i].block;
		const struct conf_records records = {&block, 1};
		struct postal_layouts layouts;
		char *error;

		if (!cases[i].error) {
			assert_true(
				postal_layouts_new(&records, &layouts, &error));
			assert_string_equal(layouts.layouts[0].name,
					    cases[i].block.name);
			postal_layouts_free(&layouts);
			continue;
		}
		assert_false(postal_layouts_new(&records, &layouts, &error));
		assert_non_null(strstr(error, "tracking.layouts[1]: "));
		assert_string_equal(error + strlen("tracking.layouts[1]: "),
				    cases[i].error);
		mem_free(error);
	}
}

/* A layout of one's own, with a header and a trailer line. */
static void
reads_own_layouts(void **state)
{
	static char *const fields[] = {"order_no=0:14", "tracking_no=14:20",
				       "posted_on=34:9", NULL};
	struct postal_layout_settings block = {.name = "ours",
					       .encoding = "CP950",
					       .trim = true,
					       .header_lines = 1,
					       .trailer = "T",
					       .fields = (char **)fields};
	const struct conf_records records = {&block, 1};
	struct postal_options options = strict;
	struct postal_layouts layouts;
	char *error;

	(void)state;
	assert_true(postal_layouts_new(&records, &layouts, &error));
	options.layouts = &layouts;
	options.layout = "ours";
	check(&options,
	      BYTES("H20261124\n" ORDER_1 LONG "115/11/24\n" ORDER_2 SHORT
		    "      1151124  \n" ORDER_3 SHORT "\nT000003\n"),
	      "2 " ORDER_1 " " LONG " 2026-11-24 - - -\n3 " ORDER_2 " " SHORT
	      " 2026-11-24 - - -\n4! bad_line: has 28 bytes instead of 43 or "
	      "more\n");
	postal_layouts_free(&layouts);
}

/* A layout of the configuration, and what a file in it becomes. */
static void
check_own(const struct postal_layout_settings *block, const char *layout,
	  const char *bytes, size_t len, const char *wanted)
{
	struct postal_layout_settings copy = *block;
	const struct conf_records records = {&copy, 1};
	struct postal_options options = strict;
	struct postal_layouts layouts;
	char *error;

	copy.name = "ours";
	assert_true(postal_layouts_new(&records, &layouts, &error));
	options.layouts = &layouts;
	options.layout = layout;
	check(&options, bytes, len, wanted);
	postal_layouts_free(&layouts);
}

#define ROW_1 "2 " ORDER_1 " " LONG " 2026-11-24 - - -\n"
#define ROW_2 "3 " ORDER_2 " " SHORT " 2026-11-24 - - -\n"
#define HOUSE_HEADER "order_no|tracking_no|posted_on\n"
#define HOUSE_1 ORDER_1 "|" LONG "|2026.11.24\n"
#define HOUSE_2 ORDER_2 "|" SHORT "|2026.11.24"

/* What may stand behind the last line feed. */
static void
minds_how_files_end(void **state)
{
	static const struct {
		const char *end, *wanted;
	} cases[] = {
		{"\n", ROW_2},
		{"\r\n", ROW_2},
		{"\n\n \t\n", ROW_2},
		{"\n\x1a", ROW_2},
		{"\r\n\x1a\x1a", ROW_2},
		{"\n  ", ROW_2},
		{"\n\r", ROW_2},
		{"", "3! " CUT "\n"},
		{"\r", "3! " CUT "\n"},
		{"\x1a", "3! " CUT "\n"},
		{"\n2", ROW_2 "4! " CUT "\n"},
		{"\n\x1a\n", ROW_2 "4! bad_line: has 1 columns instead of 3\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *bytes = mem_printf(HOUSE_HEADER HOUSE_1 HOUSE_2 "%s",
					 cases[i].end);
		char *wanted = mem_printf(ROW_1 "%s", cases[i].wanted);

		print_message("end %zu\n", i);
		check(&strict, bytes, strlen(bytes), wanted);
		mem_free(wanted);
		mem_free(bytes);
	}
}

static void
takes_unended_lines_on_demand(void **state)
{
	static char *const fields[] = {"order_no=order_no",
				       "tracking_no=tracking_no",
				       "posted_on=posted_on", NULL};
	static const struct postal_layout_settings block = {
		.encoding = "UTF-8",
		.delimiter = "|",
		.trim = true,
		.unended = "take",
		.fields = (char **)fields};

	(void)state;
	check_own(&block, "ours", BYTES(HOUSE_HEADER HOUSE_1 HOUSE_2),
		  ROW_1 ROW_2);
	check_own(&block, "ours", BYTES(HOUSE_HEADER HOUSE_1 HOUSE_2 "\r"),
		  ROW_1 ROW_2);
	check_own(&block, "ours", BYTES("order_no|tracking_no|posted_on\r"),
		  "");
}

#define T "2026-11-24"

/* Trailers that count, in files with and without column names. */
static void
counts_by_the_trailer(void **state)
{
	static char *const named[] = {"order_no=O", "tracking_no=N",
				      "posted_on=D", NULL};
	static char *const numbered[] = {"order_no=#1", "tracking_no=#3",
					 "posted_on=#2", NULL};
	static char *const fixed[] = {"order_no=0:14", "tracking_no=14:20",
				      "posted_on=34:10", NULL};
	static const struct postal_layout_settings
		by_name = {.encoding = "UTF-8",
			   .delimiter = ",",
			   .header_lines = 1,
			   .trailer = "合計",
			   .trailer_count = "2",
			   .trim = true,
			   .fields = (char **)named},
		by_number = {.encoding = "CP950",
			     .delimiter = ",",
			     .trailer = "T",
			     .trailer_count = "3",
			     .fields = (char **)numbered},
		by_byte = {.encoding = "CP950",
			   .header_lines = 1,
			   .trailer = "T",
			   .trailer_count = "1:6",
			   .fields = (char **)fixed};
	static const struct {
		const struct postal_layout_settings *block;
		const char *bytes, *wanted;
	} cases[] = {
		{&by_name,
		 "to recard\nN,O,D\n" LONG "," ORDER_1 "," T "\n合計, 1 \n",
		 "3 " ORDER_1 " " LONG " " T " - - -\n"},
		/* A rejected row counts, a blank line does not; the trailer
		 * may lack its LF. */
		{&by_name, "to recard\nN,O,D\n\n,,\nx\n合計,00002",
		 "4! " BAD_ORDER "\n5! bad_line: has 1 columns instead of "
		 "3\n"},
		{&by_name, "to recard\nN,O,D\n合計,0\n\n\x1a", ""},
		{&by_name, "to recard\nN,O,D\nx\n合計,0\n",
		 "3! bad_line: has 1 columns instead of 3\n4!! wrong_count: "
		 "line 4: the trailer counts 0 rows, the file has 1\n"},
		{&by_name, "to recard\nN,O,D\n合計,\n",
		 "3!! wrong_count: line 3: the trailer holds no count where it "
		 "should\n"},
		{&by_name, "to recard\nN,O,D\n合計\n",
		 "3!! wrong_count: line 3: the trailer holds no count where it "
		 "should\n"},
		{&by_name, "to recard\nN,O,D\n合計,0\n合計,0\n",
		 "4!! after_trailer: line 4 stands after the trailer\n"},
		{&by_name, "to recard\nN,O,D\n",
		 "0!! no_trailer: the file ends after 0 rows without its "
		 "trailer: it was cut off\n"},
		{&by_name, "to recard\nN,O,D\n合",
		 "3! " CUT "\n0!! no_trailer: the file ends after 1 rows "
		 "without its trailer: it was cut off\n"},
		{&by_name, "to recard\n",
		 "0!! unknown_layout: the file ends before its first row\n"},
		{&by_name, "to recard\nx\n",
		 "2!! unknown_layout: line 2: the header is of no known "
		 "layout\n"},
		{&by_number,
		 ORDER_1 "," T "," LONG "\n" ORDER_2 "," T "," SHORT
			 ",x,y\nT,,2\n",
		 "1 " ORDER_1 " " LONG " " T " - - -\n2 " ORDER_2 " " SHORT
		 " " T " - - -\n"},
		{&by_number, ORDER_1 "," T "," LONG "\n" ORDER_2 "\nT,,1\n",
		 "1 " ORDER_1 " " LONG " " T " - - -\n2! bad_line: has 1 "
		 "columns instead of 3 or more\n3!! wrong_count: line 3: the "
		 "trailer counts 1 rows, the file has 2\n"},
		{&by_byte, "H\n" ORDER_1 LONG T "\nT000001\n",
		 "2 " ORDER_1 " " LONG " " T " - - -\n"},
		{&by_byte, "H\n" ORDER_1 LONG T "\nT00000\n",
		 "2 " ORDER_1 " " LONG " " T " - - -\n3!! wrong_count: line 3: "
		 "the trailer holds no count where it should\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("trailer %zu\n", i);
		check_own(cases[i].block, "ours", cases[i].bytes,
			  strlen(cases[i].bytes), cases[i].wanted);
		/* The numbers of rows tell a layout too. */
		if (cases[i].wanted[0] == '1')
			check_own(cases[i].block, "auto", cases[i].bytes,
				  strlen(cases[i].bytes), cases[i].wanted);
	}
}

/* Numbers as people write them. */
static void
reads_what_people_write(void **state)
{
	static char *const parts[] = {"order_no=備考",
				      "tracking_no=號1+號2+號3+號4+號5",
				      "posted_on=日", NULL};
	static const struct postal_layout_settings split = {
		.encoding = "UTF-8",
		.delimiter = ",",
		.trim = true,
		.fields = (char **)parts};
	static const struct {
		const char *order, *number, *date, *read, *posted;
	} cases[] = {
		{ORDER_1, "014894 241036 31 30300 2", T, LONG, T},
		{ORDER_1, "014894-241036-31", "115/11/24", SHORT, T},
		{"　" ORDER_1 "　", "　LH 038 196 094 TW　", "　1151124", S10,
		 T},
		{"２６１１２３００００００１２", "０１４８９４２４１０３６３１",
		 "１１５／１１／２４", SHORT, T},
		{ORDER_1, "ＬＨ０３８１９６０９４ＴＷ", "２０２６．１１．２４",
		 S10, T},
		{ORDER_1, "014894　241036　31", T, SHORT, T},
		/* Blanks that no printed number has. */
		{ORDER_1, "0148942 41036 31", T, NULL, T},
		{ORDER_1, "014894  241036 31", T, NULL, T},
		{ORDER_1, "014894 -241036 31", T, NULL, T},
		{ORDER_1, "014894 241036", T, NULL, T},
		{"261123 00000012", SHORT, T, NULL, T},
	};

	struct postal_options utf8 = strict;

	(void)state;
	utf8.list_encoding = "UTF-8";
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *bytes =
			mem_printf(HOUSE_HEADER "%s|%s|%s\n", cases[i].order,
				   cases[i].number, cases[i].date);
		char *wanted =
			cases[i].read
				? mem_printf("2 " ORDER_1 " %s %s - - "
					     "-\n",
					     cases[i].read, cases[i].posted)
				: mem_printf("2! %s\n",
					     strchr(cases[i].order, ' ')
						     ? BAD_ORDER
						     : BAD_NUMBER);

		char *marked;

		print_message("%s\n", cases[i].number);
		check(&utf8, bytes, strlen(bytes), wanted);
		/* A byte order mark says what ASCII names do not. */
		marked = mem_printf("\xef\xbb\xbf%s", bytes);
		check(&strict, marked, strlen(marked), wanted);
		mem_free(marked);
		mem_free(wanted);
		mem_free(bytes);
	}
	/* The post's newer list has its parts in columns. */
	check_own(&split, "auto",
		  BYTES("號1,號2,號3,號4,號5,備考,日\n"
			"014894,241036,31,30300,2," ORDER_1 "," T "\n"
			" 014894 ,241036,31,,," ORDER_2 "," T "\n"
			"14894,241036,31,30300,2," ORDER_3 "," T "\n"),
		  "2 " ORDER_1 " " LONG " " T " - - -\n3 " ORDER_2 " " SHORT
		  " " T " - - -\n4! " BAD_NUMBER "\n");
	check_own(&split, "ours", BYTES("號1,號2,號3,號4,備考,日\n"),
		  "1!! unknown_layout: line 1: the header is of no known "
		  "layout\n");
}

#define FAR                                               \
	"is further away than tracking.posted_within or " \
	"tracking.dated_ahead\n"

/* 2026-11-24T12:00:00+08:00 is now. */
static void
minds_how_far_dates_are(void **state)
{
	static const struct {
		const char *date;
		bool good;
	} cases[] = {
		{"2026-11-24", true},
		{"2026-11-25", true},
		{"2026-11-26", false},
		{"2036-11-24", false},
		/* 400 days before noon. */
		{"2025-10-21", true},
		{"2025-10-20", false},
		{"114/10/20", false},
		{"015/11/24", false},
	};
	struct postal_options options = strict;
	struct buffer bytes = {0};
	char *told;

	(void)state;
	options.now = 1795492800;
	options.posted_within_s = 400 * 86400;
	options.dated_ahead_s = 86400;
	for (size_t i = 0; i < COUNT(cases); i++) {
		buffer_clear(&bytes);
		buffer_printf(&bytes, NATIVE ORDER_1 "," S10 ",%s,,,\n",
			      cases[i].date);
		told = tell(&options, bytes.data, bytes.len);
		print_message("%s", told);
		assert_int_equal(!strstr(told,
					 "2! date_out_of_range: the posting "
					 "date is further away than "
					 "tracking.posted_within or "
					 "tracking.dated_ahead\n"),
				 cases[i].good);
		mem_free(told);
	}
	buffer_clear(&bytes);
	put_status(&bytes, "20261124", SHORT, "I4", "", "20261125120000");
	told = tell_events(&options, bytes.data, bytes.len);
	assert_non_null(strstr(told, " I4 2026-11-25T12:00:00"));
	mem_free(told);
	buffer_clear(&bytes);
	put_status(&bytes, "20261124", SHORT, "I4", "", "20261125120001");
	told = tell_events(&options, bytes.data, bytes.len);
	assert_string_equal(told, "1! date_out_of_range: the time of the event "
				  "is further away than tracking.posted_within "
				  "or tracking.dated_ahead\n");
	mem_free(told);
	buffer_free(&bytes);
}

/* Why a first line is not of a layout. */
static void
says_what_is_missing(void **state)
{
	static const struct {
		const char *layout, *line, *wanted;
	} cases[] = {
		{"mail-house", "order_no|tracking_no|date",
		 "no column posted_on"},
		{"mail-house", "order_no,tracking_no,posted_on",
		 "no \"|\" in it"},
		{"native", "order_no,tracking_no,tracking_no,posted_at",
		 "a second column tracking_no, no column mail_type, no column "
		 "weight_g, no column postage"},
		{"native", "\"", "line 1: its quotes do not match"},
		{"native", "\xff", "line 1 is not in UTF-8"},
		{"posting-list", "\xff", "line 1 is not in CP950"},
		{"post-status", "short",
		 "line 1 has 5 bytes instead of 217 or more"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct line line = {.number = 1,
					  .data = cases[i].line,
					  .len = strlen(cases[i].line)};
		struct buffer why = {0};

		postal_misfit(&strict,
			      postal_layouts_find(&shipped, cases[i].layout),
			      &line, &why);
		assert_string_equal(why.data, cases[i].wanted);
		buffer_free(&why);
	}
}

static int
set_up(void **state)
{
	char *error;

	(void)state;
	return postal_layouts_new(NULL, &shipped, &error) ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	postal_layouts_free(&shipped);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_its_options),
		cmocka_unit_test(chooses_the_layout),
		cmocka_unit_test(reads_native_rows),
		cmocka_unit_test(rejects_with_line),
		cmocka_unit_test(obeys_settings),
		cmocka_unit_test(reads_dates),
		cmocka_unit_test(reads_posting_lists),
		cmocka_unit_test(places_bad_bytes),
		cmocka_unit_test(rejects_rows_of_posting_lists),
		cmocka_unit_test(accounts_for_every_prefix),
		cmocka_unit_test(survives_huge_lines),
		cmocka_unit_test(finds_dates_in_names),
		cmocka_unit_test(reads_the_posts_states),
		cmocka_unit_test(reads_why_a_delivery_failed),
		cmocka_unit_test(accounts_for_every_prefix_of_states),
		cmocka_unit_test(reads_every_encoding_alike),
		cmocka_unit_test(reads_the_mail_house),
		cmocka_unit_test(takes_layouts_from_the_configuration),
		cmocka_unit_test(reads_own_layouts),
		cmocka_unit_test(minds_how_files_end),
		cmocka_unit_test(takes_unended_lines_on_demand),
		cmocka_unit_test(counts_by_the_trailer),
		cmocka_unit_test(reads_what_people_write),
		cmocka_unit_test(minds_how_far_dates_are),
		cmocka_unit_test(says_what_is_missing),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
