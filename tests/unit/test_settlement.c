/*
 * settlement: good files, each way of refusing one with its line, lines that
 * are kept with their fault, files cut off at every byte, and absurd sizes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "lines.h"
#include "mem.h"
#include "report.h"
#include "settlement.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BYTES(text) text, sizeof(text) - 1
#define MAX_LINE 4096

#define HEADER \
	"H,RECARD-SETTLEMENT,1,shop,2026-11-22,7,2026-11-23T00:00:00+08:00\n"
#define LINE_1 "D,r1,26112300000012,600,TWD,2026-11-22T10:00:00+08:00,paid\n"
#define LINE_2 "D,r2,26112300000029,-600,TWD,2026-11-22T02:00:00.5Z,refund\n"
#define LINE_3 \
	"D,r3,26112300000036,1200,TWD,2026-11-22T10:00:00+08:00,chargeback\n"
#define GOOD HEADER LINE_1 LINE_2 LINE_3 "T,3,1200\n"

/* A file read to its end, its lines kept. */
struct whole {
	struct settlement file;
	const char *channel, *business_date, *covered_until;
	int64_t sequence, sum;
	struct settlement_line *lines;
	size_t count;
};

static bool
whole_read(struct lines *lines, struct whole *w, struct report *report)
{
	struct settlement_line line;
	enum settlement_next next;

	*w = (struct whole){.count = 0};
	settlement_open(&w->file, lines, report);
	while ((next = settlement_next(&w->file, &line)) == SETTLEMENT_LINE) {
		w->lines = mem_resize(w->lines, w->count + 1, sizeof(line));
		line.reference = mem_strdup(line.reference);
		line.order_ref = mem_strdup(line.order_ref);
		line.currency = mem_strdup(line.currency);
		line.paid_at = mem_strdup(line.paid_at);
		w->lines[w->count++] = line;
	}
	w->channel = w->file.channel;
	w->business_date = w->file.business_date;
	w->covered_until = w->file.covered_until;
	w->sequence = w->file.sequence;
	w->sum = w->file.sum;
	assert_int_equal(w->file.count, w->count);
	return next == SETTLEMENT_END;
}

static void
whole_free(struct whole *w)
{
	for (size_t i = 0; i < w->count; i++) {
		mem_free((char *)w->lines[i].reference);
		mem_free((char *)w->lines[i].order_ref);
		mem_free((char *)w->lines[i].currency);
		mem_free((char *)w->lines[i].paid_at);
	}
	mem_free(w->lines);
	settlement_free(&w->file);
	*w = (struct whole){.count = 0};
}

static bool
read_bytes(const char *bytes, size_t len, size_t max_line, struct whole *s,
	   struct report *report)
{
	struct lines *lines = lines_open_memory(bytes, len, max_line);
	bool good = whole_read(lines, s, report);

	lines_close(lines);
	/* Refused with a reason, or neither. */
	assert_int_equal(good, report->reason == NULL);
	assert_int_equal(good, report->reason_text == NULL);
	return good;
}

static void
reads_a_whole_file(void **state)
{
	static const struct settlement_line wanted[] = {
		{2, "r1", "26112300000012", 600, "TWD",
		 "2026-11-22T10:00:00+08:00", "paid", NULL},
		{3, "r2", "26112300000029", -600, "TWD",
		 "2026-11-22T02:00:00.5Z", "refund", NULL},
		{4, "r3", "26112300000036", 1200, "TWD",
		 "2026-11-22T10:00:00+08:00", "chargeback", NULL},
	};
	struct report report = {0};
	struct whole s;

	(void)state;
	assert_true(read_bytes(BYTES(GOOD), MAX_LINE, &s, &report));
	assert_string_equal(s.channel, "shop");
	assert_string_equal(s.business_date, "2026-11-22");
	assert_int_equal(s.sequence, 7);
	assert_string_equal(s.covered_until, "2026-11-23T00:00:00+08:00");
	assert_int_equal(s.sum, 1200);
	assert_int_equal(s.count, COUNT(wanted));
	for (size_t i = 0; i < COUNT(wanted); i++) {
		assert_int_equal(s.lines[i].line, wanted[i].line);
		assert_string_equal(s.lines[i].reference, wanted[i].reference);
		assert_string_equal(s.lines[i].order_ref, wanted[i].order_ref);
		assert_int_equal(s.lines[i].amount, wanted[i].amount);
		assert_string_equal(s.lines[i].currency, wanted[i].currency);
		assert_string_equal(s.lines[i].paid_at, wanted[i].paid_at);
		assert_string_equal(s.lines[i].kind, wanted[i].kind);
		assert_null(s.lines[i].fault);
	}
	whole_free(&s);
	assert_null(s.lines);
	assert_int_equal(s.count, 0);
	report_free(&report);
}

/* The same content in other clothes. */
static void
takes_what_is_equal(void **state)
{
	static const struct {
		const char *bytes;
		size_t len, count;
		int64_t sum;
	} cases[] = {
		{BYTES(HEADER "T,0,0\n"), 0, 0},
		{BYTES(HEADER LINE_1 "T,1,600"), 1, 600},
		{BYTES(HEADER LINE_2 "T,1,-600\n"), 1, -600},
		{BYTES("\xef\xbb\xbf" HEADER LINE_1 "T,1,600\n"), 1, 600},
		{BYTES("\"H\",\"RECARD-SETTLEMENT\",\"1\",\"shop\","
		       "\"2026-11-22\",\"7\",\"2026-11-23T00:00:00+08:00\"\r\n"
		       "\"T\",\"0\",\"0\"\r\n"),
		 0, 0},
		{BYTES(HEADER "D,a,b,1000000000000,TWD,2026-11-22T10:00:00Z,"
			      "paid\nT,1,1000000000000\n"),
		 1, 1000000000000},
		{BYTES(HEADER "D,a,b,-1000000000000,TWD,2026-11-22T10:00:00Z,"
			      "refund\nT,1,-1000000000000\n"),
		 1, -1000000000000},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct report report = {0};
		struct whole s;

		print_message("case %zu\n", i);
		assert_true(read_bytes(cases[i].bytes, cases[i].len, MAX_LINE,
				       &s, &report));
		assert_int_equal(s.count, cases[i].count);
		assert_int_equal(s.sum, cases[i].sum);
		assert_int_equal(s.sequence, 7);
		whole_free(&s);
		report_free(&report);
	}
}

static const struct {
	const char *bytes;
	size_t len;
	const char *code, *text;
} refusals[] = {
	{BYTES(""), "no_header", "the file is empty"},
	{BYTES("\xef\xbb\xbf"), "no_header", "the file is empty"},
	{BYTES("\n"), "no_header",
	 "line 1: the file does not begin with an H line"},
	{BYTES(LINE_1), "no_header",
	 "line 1: the file does not begin with an H line"},
	{BYTES("T,0,0\n"), "no_header",
	 "line 1: the file does not begin with an H line"},
	{BYTES("h,RECARD-SETTLEMENT,1,shop,2026-11-22,7,"
	       "2026-11-23T00:00:00+08:00\n"),
	 "no_header", "line 1: the file does not begin with an H line"},

	{BYTES("H\n"), "bad_header",
	 "line 1: not a RECARD-SETTLEMENT header of 7 fields"},
	{BYTES("H,RECARD-SETTLEMENT,1,shop,2026-11-22,7\n"), "bad_header",
	 "line 1: not a RECARD-SETTLEMENT header of 7 fields"},
	{BYTES("H,RECARD-SETTLEMENT,1,shop,2026-11-22,7,"
	       "2026-11-23T00:00:00+08:00,\n"),
	 "bad_header", "line 1: not a RECARD-SETTLEMENT header of 7 fields"},
	{BYTES("H,RECARD-CARD-BATCH,1,shop,2026-11-22,7,"
	       "2026-11-23T00:00:00+08:00\n"),
	 "bad_header", "line 1: not a RECARD-SETTLEMENT header of 7 fields"},
	{BYTES("H,RECARD-SETTLEMENT,2,shop,2026-11-22,7,"
	       "2026-11-23T00:00:00+08:00\n"),
	 "unknown_version", "line 1: version is not 1"},
	{BYTES("H,RECARD-SETTLEMENT,1.0,shop,2026-11-22,7,"
	       "2026-11-23T00:00:00+08:00\n"),
	 "unknown_version", "line 1: version is not 1"},

	{BYTES(HEADER), "no_trailer",
	 "the file ends without its T line: it was cut off"},
	{BYTES(HEADER LINE_1), "no_trailer",
	 "the file ends without its T line: it was cut off"},
	{BYTES(HEADER "T\n"), "bad_trailer",
	 "line 2: a T line has count and sum"},
	{BYTES(HEADER LINE_1 "T,1\n"), "bad_trailer",
	 "line 3: a T line has count and sum"},
	{BYTES(HEADER LINE_1 "T,1,600,\n"), "bad_trailer",
	 "line 3: a T line has count and sum"},
	{BYTES(HEADER LINE_1 "T,one,600\n"), "bad_trailer",
	 "line 3: a T line has count and sum"},
	{BYTES(HEADER LINE_1 "T,1,6e2\n"), "bad_trailer",
	 "line 3: a T line has count and sum"},
	{BYTES(HEADER LINE_1 "T,2147483648,600\n"), "bad_trailer",
	 "line 3: a T line has count and sum"},
	{BYTES(HEADER LINE_1 "T,1,9223372036854775808\n"), "bad_trailer",
	 "line 3: a T line has count and sum"},
	{BYTES(HEADER LINE_1 "T,2,600\n"), "bad_count",
	 "line 3: the trailer counts 2 lines, the file has 1"},
	{BYTES(HEADER LINE_1 "T,-1,600\n"), "bad_count",
	 "line 3: the trailer counts -1 lines, the file has 1"},
	{BYTES(HEADER LINE_1 LINE_1 "T,1,600\n"), "bad_count",
	 "line 4: the trailer counts 1 lines, the file has 2"},
	{BYTES(HEADER LINE_1 "T,1,601\n"), "bad_sum",
	 "line 3: the trailer's sum is 601, the lines' is 600"},
	{BYTES(HEADER LINE_1 "T,1,-600\n"), "bad_sum",
	 "line 3: the trailer's sum is -600, the lines' is 600"},
	{BYTES(HEADER "T,0,0\n\n"), "after_trailer",
	 "line 3: something follows the trailer"},
	{BYTES(HEADER LINE_1 "T,1,600\n" LINE_2), "after_trailer",
	 "line 4: something follows the trailer"},
	{BYTES(HEADER "T,0,0\nT,0,0\n"), "after_trailer",
	 "line 3: something follows the trailer"},
	{BYTES(HEADER "T,0,0\n\0"), "after_trailer",
	 "line 3: something follows the trailer"},

	{BYTES(HEADER HEADER "T,0,0\n"), "bad_line",
	 "line 2: begins with none of H, D, T"},
	{BYTES(HEADER "\nT,0,0\n"), "bad_line",
	 "line 2: begins with none of H, D, T"},
	{BYTES(HEADER LINE_1 "X,1\nT,1,600\n"), "bad_line",
	 "line 3: begins with none of H, D, T"},
	{BYTES(HEADER " D,r1,o,600,TWD,2026-11-22T10:00:00Z,paid\n"),
	 "bad_line", "line 2: begins with none of H, D, T"},
	{BYTES(HEADER "D,r1,o,600,TWD,2026-11-22T10:00:00Z\n"), "bad_line",
	 "line 2: a D line has 7 fields, not 6"},
	{BYTES(HEADER "D,r1,o,600,TWD,2026-11-22T10:00:00Z,paid,\n"),
	 "bad_line", "line 2: a D line has 7 fields, not 8"},
	{BYTES(HEADER "D,r,1,o,600,TWD,2026-11-22T10:00:00Z,paid\n"),
	 "bad_line", "line 2: a D line has 7 fields, not 8"},
	{BYTES(HEADER "D,\"r1,o,600,TWD,2026-11-22T10:00:00Z,paid\n"),
	 "bad_line", "line 2: its quotes do not match"},
	{BYTES(HEADER "D,r\"1,o,600,TWD,2026-11-22T10:00:00Z,paid\n"),
	 "bad_line", "line 2: its quotes do not match"},
	{BYTES("\"H,RECARD\n"), "bad_line", "line 1: its quotes do not match"},

	{BYTES("H,\0,1\n"), "nul_byte", "line 1: holds a NUL byte"},
	{BYTES(HEADER "D,r1\0,o,600,TWD,2026-11-22T10:00:00Z,paid\n"),
	 "nul_byte", "line 2: holds a NUL byte"},
	{BYTES(HEADER LINE_1 "T,1,600\0\n"), "nul_byte",
	 "line 3: holds a NUL byte"},
	{BYTES(HEADER "D,r1,\xa4\xfd,600,TWD,2026-11-22T10:00:00Z,paid\n"),
	 "bad_utf8", "line 2, byte 6: not UTF-8"},
	{BYTES("\xff" HEADER), "bad_utf8", "line 1, byte 1: not UTF-8"},
	{BYTES(HEADER "D,\xed\xa0\x80\n"), "bad_utf8",
	 "line 2, byte 3: not UTF-8"},
	{BYTES(HEADER "D,\xe7\x8e\n"), "bad_utf8", "line 2, byte 3: not UTF-8"},
};

static void
refuses_with_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refusals); i++) {
		struct report report = {0};
		struct whole s;

		print_message("refusal %zu: %s\n", i, refusals[i].text);
		assert_false(read_bytes(refusals[i].bytes, refusals[i].len,
					MAX_LINE, &s, &report));
		assert_string_equal(report.reason, refusals[i].code);
		assert_string_equal(report.reason_text, refusals[i].text);
		assert_int_equal(report.count, 0);
		whole_free(&s);
		report_free(&report);
	}
}

/* Every field of the header that cannot be read, one at a time. */
static void
refuses_header_fields(void **state)
{
	static const struct {
		const char *channel, *date, *sequence, *covered;
	} cases[] = {
		{"", "2026-11-22", "7", "2026-11-23T00:00:00+08:00"},
		{"shop", "", "7", "2026-11-23T00:00:00+08:00"},
		{"shop", "20261122", "7", "2026-11-23T00:00:00+08:00"},
		{"shop", "2026.11.22", "7", "2026-11-23T00:00:00+08:00"},
		{"shop", "115/11/22", "7", "2026-11-23T00:00:00+08:00"},
		{"shop", "2026-02-29", "7", "2026-11-23T00:00:00+08:00"},
		{"shop", "2026-11-31", "7", "2026-11-23T00:00:00+08:00"},
		{"shop", "0000-11-22", "7", "2026-11-23T00:00:00+08:00"},
		{"shop", "2026-11-22", "", "2026-11-23T00:00:00+08:00"},
		{"shop", "2026-11-22", "0", "2026-11-23T00:00:00+08:00"},
		{"shop", "2026-11-22", "-1", "2026-11-23T00:00:00+08:00"},
		{"shop", "2026-11-22", "+7", "2026-11-23T00:00:00+08:00"},
		{"shop", "2026-11-22", "\t7", "2026-11-23T00:00:00+08:00"},
		{"shop", "2026-11-22", "7x", "2026-11-23T00:00:00+08:00"},
		{"shop", "2026-11-22", "2147483648",
		 "2026-11-23T00:00:00+08:00"},
		{"shop", "2026-11-22", "99999999999999999999",
		 "2026-11-23T00:00:00+08:00"},
		{"shop", "2026-11-22", "7", ""},
		{"shop", "2026-11-22", "7", "2026-11-23"},
		{"shop", "2026-11-22", "7", "2026-11-23T00:00:00"},
		{"shop", "2026-11-22", "7", "2026-11-23 00:00:00+08:00"},
		{"shop", "2026-11-22", "7", "2026-11-23T24:00:00+08:00"},
		{"shop", "2026-11-22", "7",
		 "2026-11-23T00:00:00.0000000000000000000000000000000Z"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buffer bytes = {0};
		struct report report = {0};
		struct whole s;

		print_message("header %zu\n", i);
		buffer_printf(&bytes,
			      "H,RECARD-SETTLEMENT,1,%s,%s,%s,%s\nT,0,0\n",
			      cases[i].channel, cases[i].date,
			      cases[i].sequence, cases[i].covered);
		assert_false(read_bytes(bytes.data, bytes.len, MAX_LINE, &s,
					&report));
		assert_string_equal(report.reason, "bad_header");
		assert_string_equal(report.reason_text,
				    "line 1: channel, business date, sequence "
				    "or covered_until cannot be read");
		whole_free(&s);
		report_free(&report);
		buffer_free(&bytes);
	}
}

static void
refuses_amounts(void **state)
{
	static const char *const cases[] = {
		"",
		"-",
		"--1",
		"+1",
		"1.0",
		"1e3",
		"0x10",
		" 1",
		"1 ",
		"\t1",
		"1,",
		"１",
		"NaN",
		"1_000",
		"- 1",
		"\v1",
		"-\t1",
		"1000000000001",
		"-1000000000001",
		"9223372036854775807",
		"9223372036854775808",
		"-9223372036854775808",
		"999999999999999999999999999999",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buffer bytes = {0};
		struct report report = {0};
		struct whole s;

		print_message("amount \"%s\"\n", cases[i]);
		buffer_puts(&bytes, HEADER LINE_1 "D,r2,o,");
		buffer_put_csv(&bytes, cases[i]);
		buffer_puts(&bytes,
			    ",TWD,2026-11-22T10:00:00Z,paid\nT,2,601\n");
		assert_false(read_bytes(bytes.data, bytes.len, MAX_LINE, &s,
					&report));
		assert_string_equal(report.reason, "bad_amount");
		assert_string_equal(report.reason_text,
				    "line 3: the amount is no whole number");
		/* What was read before is told, for the report. */
		assert_int_equal(s.count, 1);
		whole_free(&s);
		report_free(&report);
		buffer_free(&bytes);
	}
}

#define LONG_50 "x2345678901234567890123456789012345678901234567890"
#define LONG_200 LONG_50 LONG_50 LONG_50 LONG_50

/* Money is never dropped: each of these lines is in the result. */
static void
keeps_lines_with_fault(void **state)
{
	static const struct {
		const char *line;
		const char *reference, *order, *currency, *paid_at, *kind;
		const char *fault;
	} cases[] = {
		{"D,,o,1,TWD,2026-11-22T10:00:00Z,paid", "no-reference-7-2",
		 "o", "TWD", "2026-11-22T10:00:00Z", "paid", "no_reference"},
		{"D," LONG_200 ",o,1,TWD,2026-11-22T10:00:00Z,paid", LONG_200,
		 "o", "TWD", "2026-11-22T10:00:00Z", "paid", NULL},
		{"D," LONG_200 "x,o,1,TWD,2026-11-22T10:00:00Z,paid",
		 "no-reference-7-2", "o", "TWD", "2026-11-22T10:00:00Z", "paid",
		 "reference_too_long"},
		{"D,r,o,1,TWD,yesterday,paid", "r", "o", "TWD", NULL, "paid",
		 "bad_paid_at"},
		{"D,r,o,1,TWD,,paid", "r", "o", "TWD", NULL, "paid",
		 "bad_paid_at"},
		{"D,r,o,1,TWD,2026-11-22T10:00:00.000000000000000000000Z,paid",
		 "r", "o", "TWD", NULL, "paid", "bad_paid_at"},
		{"D,r,o,1,TWD,2026-02-29T10:00:00Z,paid", "r", "o", "TWD", NULL,
		 "paid", "bad_paid_at"},
		{"D,r,o,1,TWD,2026-11-22T10:00:00Z,", "r", "o", "TWD",
		 "2026-11-22T10:00:00Z", "unknown", "unknown_result"},
		{"D,r,o,1,TWD,2026-11-22T10:00:00Z,Paid", "r", "o", "TWD",
		 "2026-11-22T10:00:00Z", "unknown", "unknown_result"},
		{"D,r,o,1,TWD,2026-11-22T10:00:00Z,unknown", "r", "o", "TWD",
		 "2026-11-22T10:00:00Z", "unknown", "unknown_result"},
		{"D,,,1,,,", "no-reference-7-2", "", "", NULL, "unknown",
		 "no_reference"},
		/* Nobody's order, foreign money: the ledger judges those. */
		{"D,r,,1,USD,2026-11-22T10:00:00Z,paid", "r", "", "USD",
		 "2026-11-22T10:00:00Z", "paid", NULL},
		{"D,\"a,\"\"b\"\"\",\xe7\x8e\x8b,1,TWD,2026-11-22T10:00:00Z,"
		 "paid",
		 "a,\"b\"", "\xe7\x8e\x8b", "TWD", "2026-11-22T10:00:00Z",
		 "paid", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buffer bytes = {0};
		struct report report = {0};
		struct settlement_line *line;
		struct whole s;

		print_message("%s\n", cases[i].line);
		buffer_printf(&bytes, HEADER "%s\nT,1,1\n", cases[i].line);
		assert_true(read_bytes(bytes.data, bytes.len, MAX_LINE, &s,
				       &report));
		assert_int_equal(s.count, 1);
		line = &s.lines[0];
		assert_int_equal(line->line, 2);
		assert_int_equal(line->amount, 1);
		assert_string_equal(line->reference, cases[i].reference);
		assert_string_equal(line->order_ref, cases[i].order);
		assert_string_equal(line->currency, cases[i].currency);
		assert_string_equal(line->kind, cases[i].kind);
		if (cases[i].paid_at)
			assert_string_equal(line->paid_at, cases[i].paid_at);
		else
			assert_null(line->paid_at);
		if (cases[i].fault)
			assert_string_equal(line->fault, cases[i].fault);
		else
			assert_null(line->fault);
		whole_free(&s);
		report_free(&report);
		buffer_free(&bytes);
	}
}

/* A file that was cut off is never taken for a whole one. */
static void
refuses_every_prefix(void **state)
{
	static const char good[] = GOOD;
	size_t whole = sizeof(good) - 1;

	(void)state;
	for (size_t len = 0; len <= whole; len++) {
		/* Exactly as long, so that reading on would be seen. */
		char *bytes = mem_strndup(good, len);
		struct report report = {0};
		struct whole s;
		/* Without its last LF it is all there. */
		bool good_enough = len + 1 >= whole;

		assert_int_equal(read_bytes(bytes, len, MAX_LINE, &s, &report),
				 good_enough);
		if (good_enough)
			assert_int_equal(s.count, 3);
		whole_free(&s);
		report_free(&report);
		mem_free(bytes);
	}
}

static void
bounds_lines(void **state)
{
	static const size_t huge = 10 * 1024 * 1024;
	struct buffer bytes = {0};
	struct report report = {0};
	struct whole s;
	size_t fits;

	(void)state;
	buffer_puts(&bytes, HEADER "D,r1,");
	for (size_t i = 0; i < huge; i++)
		buffer_putc(&bytes, 'x');
	buffer_puts(&bytes, ",5,TWD,2026-11-22T10:00:00Z,paid");
	fits = bytes.len - strlen(HEADER);
	buffer_puts(&bytes, "\nT,1,5\n");

	assert_false(read_bytes(bytes.data, bytes.len, MAX_LINE, &s, &report));
	assert_string_equal(report.reason, "line_too_long");
	assert_string_equal(report.reason_text, "line 2 is too long");
	whole_free(&s);
	report_free(&report);

	assert_false(read_bytes(bytes.data, bytes.len, fits - 1, &s, &report));
	assert_string_equal(report.reason, "line_too_long");
	whole_free(&s);
	report_free(&report);

	assert_true(read_bytes(bytes.data, bytes.len, fits, &s, &report));
	assert_int_equal(strlen(s.lines[0].order_ref), huge);
	whole_free(&s);
	report_free(&report);
	buffer_free(&bytes);
}

/* More lines than the first piece of memory holds, each in its place. */
static void
reads_many_lines(void **state)
{
	enum { MANY = 20000 };
	struct buffer bytes = {0};
	struct report report = {0};
	struct whole s;
	int64_t sum = 0;

	(void)state;
	buffer_puts(&bytes, HEADER);
	for (int i = 0; i < MANY; i++) {
		int64_t amount = (i % 3 ? 1 : -1) * (int64_t)i * 1000000007 %
				 1000000000000;

		buffer_printf(&bytes,
			      "D,r%d,o,%" PRId64
			      ",TWD,2026-11-22T10:00:00Z,paid\n",
			      i, amount);
		sum += amount;
	}
	buffer_printf(&bytes, "T,%d,%" PRId64 "\n", MANY, sum);
	assert_true(read_bytes(bytes.data, bytes.len, MAX_LINE, &s, &report));
	assert_int_equal(s.count, MANY);
	assert_true(s.sum == sum);
	for (int i = 0; i < MANY; i++) {
		char reference[16];

		snprintf(reference, sizeof(reference), "r%d", i);
		assert_string_equal(s.lines[i].reference, reference);
		assert_int_equal(s.lines[i].line, i + 2);
	}
	whole_free(&s);
	report_free(&report);
	buffer_free(&bytes);
}

/* What cannot be read is no empty file. */
static void
tells_unreadable(void **state)
{
	int folder = open("/", O_RDONLY | O_DIRECTORY);
	struct lines *lines = lines_open(folder, MAX_LINE);
	struct report report = {0};
	struct whole s;

	(void)state;
	assert_true(folder >= 0);
	assert_false(whole_read(lines, &s, &report));
	assert_string_equal(report.reason, "unreadable");
	whole_free(&s);
	report_free(&report);
	lines_close(lines);
	close(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_whole_file),
		cmocka_unit_test(takes_what_is_equal),
		cmocka_unit_test(refuses_with_line),
		cmocka_unit_test(refuses_header_fields),
		cmocka_unit_test(refuses_amounts),
		cmocka_unit_test(keeps_lines_with_fault),
		cmocka_unit_test(refuses_every_prefix),
		cmocka_unit_test(bounds_lines),
		cmocka_unit_test(reads_many_lines),
		cmocka_unit_test(tells_unreadable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
