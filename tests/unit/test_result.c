/*
 * result: names of the card line's files, acknowledgements and results, good
 * and bad, cut off at every byte, and hostile bytes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "mem.h"
#include "report.h"
#include "result.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BYTES(text) text, sizeof(text) - 1

static void
knows_file_names(void **state)
{
	static const struct {
		const char *name;
		enum result_file kind;
	} cases[] = {
		{"CB-20261123-000001.ack.p7m", RESULT_FILE_ACK},
		{"CB-20261123-000001.1.result.p7m", RESULT_FILE_RESULT},
		{"CB-20261123-000001.0012.result.p7m", RESULT_FILE_RESULT},
		{"", RESULT_FILE_OTHER},
		{"C", RESULT_FILE_OTHER},
		{"CB-20261123-00000", RESULT_FILE_OTHER},
		{"CB-20261123-000001", RESULT_FILE_OTHER},
		{"CB-20261123-000001.p7m", RESULT_FILE_OTHER},
		{"CB-20261123-000001.ack", RESULT_FILE_OTHER},
		{"CB-20261123-000001.ack.p7m.part", RESULT_FILE_OTHER},
		{"CB-20261123-000001.result.p7m", RESULT_FILE_OTHER},
		{"CB-20261123-000001..result.p7m", RESULT_FILE_OTHER},
		{"CB-20261123-000001.x.result.p7m", RESULT_FILE_OTHER},
		{"CB-20261123-000001.1.result.p7m ", RESULT_FILE_OTHER},
		{"CB-20261123-000001.-1.result.p7m", RESULT_FILE_OTHER},
		{"CB-20261123-0000011.ack.p7m", RESULT_FILE_OTHER},
		{"CB-20261123-00000x.ack.p7m", RESULT_FILE_OTHER},
		{"CB-2026112-0000001.ack.p7m", RESULT_FILE_OTHER},
		{"cb-20261123-000001.ack.p7m", RESULT_FILE_OTHER},
		{"XCB-20261123-000001.ack.p7m", RESULT_FILE_OTHER},
		{"CB-dddddddd-dddddd.ack.p7m", RESULT_FILE_OTHER},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		/* On the heap, so that reading past its end is seen. */
		char *name = mem_strdup(cases[i].name);
		char batch_no[RESULT_BATCH_NO] = "";

		print_message("%s\n", name);
		assert_int_equal(result_file_kind(name, batch_no),
				 cases[i].kind);
		if (cases[i].kind != RESULT_FILE_OTHER)
			assert_string_equal(batch_no, "CB-20261123-000001");
		mem_free(name);
	}
}

#define ACK "A,CB-20261123-000001,"

static void
reads_acknowledgements(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool accepted;
		const char *reason;
	} cases[] = {
		{BYTES(ACK "ACCEPTED,\n"), true, ""},
		{BYTES(ACK "ACCEPTED,"), true, ""},
		{BYTES(ACK "ACCEPTED,\r\n"), true, ""},
		{BYTES("\xef\xbb\xbf" ACK "ACCEPTED,\n"), true, ""},
		{BYTES("\"A\",\"CB-20261123-000001\",\"ACCEPTED\",\"\"\n"),
		 true, ""},
		{BYTES(ACK "REJECTED,DUPLICATE\n"), false, "DUPLICATE"},
		{BYTES(ACK "REJECTED,BAD_COUNT\n"), false, "BAD_COUNT"},
		{BYTES(ACK "REJECTED,BAD_HASH\n"), false, "BAD_HASH"},
		{BYTES(ACK "REJECTED,BAD_SIGNATURE\n"), false, "BAD_SIGNATURE"},
		{BYTES(ACK "REJECTED,UNKNOWN_VERSION\n"), false,
		 "UNKNOWN_VERSION"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct report report = {0};
		struct ack ack;

		print_message("%s\n", cases[i].bytes);
		assert_true(
			ack_read(cases[i].bytes, cases[i].len, &ack, &report));
		assert_null(report.reason);
		assert_int_equal(report.rows, 1);
		assert_string_equal(ack.batch_no, "CB-20261123-000001");
		assert_int_equal(ack.accepted, cases[i].accepted);
		assert_string_equal(ack.reason, cases[i].reason);
		ack_free(&ack);
		assert_null(ack.batch_no);
		report_free(&report);
	}
}

static void
refuses_acknowledgements(void **state)
{
	static const char form[] = "line 1: not an A line of 4 fields";
	static const char verdict[] =
		"line 1: neither ACCEPTED nor REJECTED with a known reason";
	static const char more[] = "line 2: something follows the A line";
	static const struct {
		const char *bytes;
		size_t len;
		const char *text;
	} cases[] = {
		{BYTES(""), form},
		{BYTES("\n"), form},
		{BYTES("A\n"), form},
		{BYTES(ACK "ACCEPTED\n"), form},
		{BYTES(ACK "ACCEPTED,,\n"), form},
		{BYTES("B,CB-20261123-000001,ACCEPTED,\n"), form},
		{BYTES("a,CB-20261123-000001,ACCEPTED,\n"), form},
		{BYTES("A,\"CB-20261123-000001,ACCEPTED,\n"), form},
		{BYTES("A,CB\0,ACCEPTED,\n"), form},
		{BYTES("\n" ACK "ACCEPTED,\n"), form},
		{BYTES(ACK "ACCEPTED,DUPLICATE\n"), verdict},
		{BYTES(ACK "REJECTED,\n"), verdict},
		{BYTES(ACK "REJECTED,BORED\n"), verdict},
		{BYTES(ACK "REJECTED,duplicate\n"), verdict},
		{BYTES(ACK "accepted,\n"), verdict},
		{BYTES(ACK ",\n"), verdict},
		{BYTES(ACK "ACCEPTED,\n\n"), more},
		{BYTES(ACK "ACCEPTED,\n" ACK "ACCEPTED,\n"), more},
		{BYTES(ACK "ACCEPTED,\n\0"), more},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct report report = {0};
		struct ack ack;

		print_message("ack %zu\n", i);
		assert_false(
			ack_read(cases[i].bytes, cases[i].len, &ack, &report));
		assert_string_equal(report.reason, "bad_ack");
		assert_string_equal(report.reason_text, cases[i].text);
		ack_free(&ack);
		report_free(&report);
	}
}

static void
refuses_every_prefix_of_an_ack(void **state)
{
	static const char *const good[] = {ACK "REJECTED,BAD_COUNT\n",
					   ACK "ACCEPTED,\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		size_t whole = strlen(good[i]);

		for (size_t len = 0; len <= whole; len++) {
			char *bytes = mem_strndup(good[i], len);
			struct report report = {0};
			struct ack ack;

			assert_int_equal(ack_read(bytes, len, &ack, &report),
					 len + 1 >= whole);
			ack_free(&ack);
			report_free(&report);
			mem_free(bytes);
		}
	}
}

static void
refuses_a_huge_ack(void **state)
{
	struct buffer bytes = {0};
	struct report report = {0};
	struct ack ack;

	(void)state;
	buffer_puts(&bytes, "A,");
	for (size_t i = 0; i < 10 * 1024 * 1024; i++)
		buffer_putc(&bytes, 'C');
	buffer_puts(&bytes, ",ACCEPTED,\n");
	assert_false(ack_read(bytes.data, bytes.len, &ack, &report));
	assert_string_equal(report.reason, "bad_ack");
	ack_free(&ack);
	report_free(&report);
	buffer_clear(&bytes);
	buffer_puts(&bytes, ACK "ACCEPTED,\n");
	for (size_t i = 0; i < 10 * 1024 * 1024; i++)
		buffer_putc(&bytes, 'C');
	assert_false(ack_read(bytes.data, bytes.len, &ack, &report));
	assert_string_equal(report.reason_text,
			    "line 2: something follows the A line");
	ack_free(&ack);
	report_free(&report);
	buffer_free(&bytes);
}

#define MADE_1                                           \
	"R,101,1,MADE,TP00000000000001,0aFF,2031-11-22," \
	"2026-11-24T10:00:00+08:00,\n"
#define REJECTED_2 "R,102,2,REJECTED,,,,,E042\n"
#define SPOILED_3 "R,103,1,SPOILED,,,,,\n"
#define HOLD_4 "R,104,3,ON_HOLD,,,,,WAITING FOR CHIPS\n"
#define GOOD MADE_1 REJECTED_2 SPOILED_3 HOLD_4

/* The results as text: "LINE job/attempt OUTCOME card serial date time
 * [error]" a line, "-" for NULL; then the rejected rows, "LINE! code: text". */
static char *
tell(const struct results *results, const struct report *report)
{
	struct buffer told = {0};

	buffer_puts(&told, "");
	for (size_t i = 0; i < results->count; i++) {
		const struct result *row = &results->rows[i];

		buffer_printf(
			&told, "%lu %lld/%lld %s %s %s %s %s [%s]\n", row->line,
			(long long)row->job_no, (long long)row->attempt,
			row->outcome, row->card_no ? row->card_no : "-",
			row->serial ? row->serial : "-",
			row->not_after ? row->not_after : "-",
			row->made_at ? row->made_at : "-", row->error_code);
	}
	for (size_t i = 0; i < report->count; i++)
		buffer_printf(&told, "%lu! %s: %s\n", report->rejects[i].line,
			      report->rejects[i].code, report->rejects[i].text);
	return told.data;
}

static void
check(const char *bytes, size_t len, const char *wanted)
{
	struct report report = {0};
	struct results results;
	char *told;

	assert_true(results_read(bytes, len, &results, &report));
	assert_null(report.reason);
	told = tell(&results, &report);
	assert_string_equal(told, wanted);
	assert_int_equal(report.rows, results.count + report.count);
	assert_int_equal(report.rejected, report.count);
	mem_free(told);
	results_free(&results);
	assert_null(results.rows);
	report_free(&report);
}

#define TOLD_1                                           \
	"1 101/1 MADE TP00000000000001 0aFF 2031-11-22 " \
	"2026-11-24T10:00:00+08:00 []\n"

static void
reads_results(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *wanted;
	} cases[] = {
		{BYTES(GOOD), TOLD_1 "2 102/2 REJECTED - - - - [E042]\n"
				     "3 103/1 SPOILED - - - - []\n"
				     "4 104/3 ON_HOLD - - - - "
				     "[WAITING FOR CHIPS]\n"},
		{BYTES(REJECTED_2), "1 102/2 REJECTED - - - - [E042]\n"},
		/* What only a made card has is not looked at elsewhere. */
		{BYTES("R,1,1,SPOILED,x,y,z,now,\"a,b\"\n"),
		 "1 1/1 SPOILED - - - - [a,b]\n"},
		{BYTES("\xef\xbb\xbfR,1,1,SPOILED,,,,,\r\n"),
		 "1 1/1 SPOILED - - - - []\n"},
		{BYTES("R,9223372036854775807,2147483647,SPOILED,,,,,\n"),
		 "1 9223372036854775807/2147483647 SPOILED - - - - []\n"},
		{BYTES("R,1,1,ON_HOLD,,,,,"
		       "1234567890123456789012345678901234567890\n"),
		 "1 1/1 ON_HOLD - - - - "
		 "[1234567890123456789012345678901234567890]\n"},
		/* One bad line between good ones. */
		{BYTES(MADE_1 "nonsense\n" REJECTED_2),
		 TOLD_1 "3 102/2 REJECTED - - - - [E042]\n"
			"2! bad_line: not an R line of 9 fields\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("%s", cases[i].bytes);
		check(cases[i].bytes, cases[i].len, cases[i].wanted);
	}
}

#define LONG_64 \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define AT ",2026-11-24T10:00:00+08:00,\n"

static void
rejects_with_line(void **state)
{
	static const char form[] = "bad_line: not an R line of 9 fields";
	static const char quotes[] = "bad_line: its quotes do not match, or it "
				     "holds a NUL byte";
	static const char job[] = "bad_field: job_no is no number";
	static const char attempt[] = "bad_field: attempt is no number";
	static const char outcome[] = "bad_field: result is none of MADE, "
				      "REJECTED, SPOILED, ON_HOLD";
	static const char error[] =
		"bad_field: error_code is longer than 40 or not UTF-8";
	static const char number[] = "bad_field: new_card_no is no card number";
	static const char serial[] =
		"bad_field: certificate_serial is no hexadecimal number";
	static const char until[] = "bad_field: not_after is no ISO date";
	static const char made[] =
		"bad_field: made_at is no ISO time with offset";
	static const struct {
		const char *bytes;
		size_t len;
		const char *wanted;
	} cases[] = {
		{BYTES("\n"), form},
		{BYTES("R\n"), form},
		{BYTES("R,1,1,SPOILED,,,,\n"), form},
		{BYTES("R,1,1,SPOILED,,,,,,\n"), form},
		{BYTES("X,1,1,SPOILED,,,,,\n"), form},
		{BYTES("r,1,1,SPOILED,,,,,\n"), form},
		{BYTES("R,1,1,SPOILED,,,,,\"\n"), quotes},
		{BYTES("R,1,1,SPOILED,,,,,a\"b\n"), quotes},
		{BYTES("R,1,1,SPOILED,,,,,\0\n"), quotes},
		{BYTES("\0\n"), quotes},
		{BYTES("R,,1,SPOILED,,,,,\n"), job},
		{BYTES("R,0,1,SPOILED,,,,,\n"), job},
		{BYTES("R,-1,1,SPOILED,,,,,\n"), job},
		{BYTES("R,+1,1,SPOILED,,,,,\n"), job},
		{BYTES("R, 1,1,SPOILED,,,,,\n"), job},
		{BYTES("R,1x,1,SPOILED,,,,,\n"), job},
		{BYTES("R,9223372036854775808,1,SPOILED,,,,,\n"), job},
		{BYTES("R,1,,SPOILED,,,,,\n"), attempt},
		{BYTES("R,1,0,SPOILED,,,,,\n"), attempt},
		{BYTES("R,1,2147483648,SPOILED,,,,,\n"), attempt},
		{BYTES("R,1,1.0,SPOILED,,,,,\n"), attempt},
		{BYTES("R,1,1,,,,,,\n"), outcome},
		{BYTES("R,1,1,made,,,,,\n"), outcome},
		{BYTES("R,1,1,LOST,,,,,\n"), outcome},
		{BYTES("R,1,1,SPOILED,,,,,"
		       "12345678901234567890123456789012345678901\n"),
		 error},
		{BYTES("R,1,1,SPOILED,,,,,\xa4\xfd\n"), error},
		{BYTES("R,1,1,MADE,,0a,2031-11-22" AT), number},
		{BYTES("R,1,1,MADE,TP0000000000001,0a,2031-11-22" AT), number},
		{BYTES("R,1,1,MADE,tp00000000000001,0a,2031-11-22" AT), number},
		{BYTES("R,1,1,MADE,TP000000000000012,0a,2031-11-22" AT),
		 number},
		{BYTES("R,1,1,MADE,TP00000000000001,,2031-11-22" AT), serial},
		{BYTES("R,1,1,MADE,TP00000000000001,0x1f,2031-11-22" AT),
		 serial},
		{BYTES("R,1,1,MADE,TP00000000000001," LONG_64 "0,"
		       "2031-11-22" AT),
		 serial},
		{BYTES("R,1,1,MADE,TP00000000000001,0a," AT), until},
		{BYTES("R,1,1,MADE,TP00000000000001,0a,20311122" AT), until},
		{BYTES("R,1,1,MADE,TP00000000000001,0a,2031.11.22" AT), until},
		{BYTES("R,1,1,MADE,TP00000000000001,0a,120/11/22" AT), until},
		{BYTES("R,1,1,MADE,TP00000000000001,0a,2031-02-29" AT), until},
		{BYTES("R,1,1,MADE,TP00000000000001,0a,2031-11-22,,\n"), made},
		{BYTES("R,1,1,MADE,TP00000000000001,0a,2031-11-22,"
		       "2026-11-24,\n"),
		 made},
		{BYTES("R,1,1,MADE,TP00000000000001,0a,2031-11-22,"
		       "2026-11-24T10:00:00,\n"),
		 made},
		{BYTES("R,1,1,MADE,TP00000000000001,0a,2031-11-22,"
		       "2026-11-24T10:00:00.000000000000000000000Z,\n"),
		 made},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buffer bytes = {0};
		char *wanted = mem_printf(TOLD_1 "2! %s\n", cases[i].wanted);

		print_message("%s", cases[i].bytes);
		buffer_puts(&bytes, MADE_1);
		buffer_append(&bytes, cases[i].bytes, cases[i].len);
		check(bytes.data, bytes.len, wanted);
		mem_free(wanted);
		buffer_free(&bytes);
	}
	/* As long as it may be. */
	check(BYTES("R,1,1,MADE,TP00000000000001," LONG_64 ",2031-11-22" AT),
	      "1 1/1 MADE TP00000000000001 " LONG_64
	      " 2031-11-22 2026-11-24T10:00:00+08:00 []\n");
}

static void
refuses_nothing_at_all(void **state)
{
	struct report report = {0};
	struct results results;

	(void)state;
	assert_false(results_read("", 0, &results, &report));
	assert_string_equal(report.reason, "empty");
	assert_string_equal(report.reason_text, "the file has no lines");
	results_free(&results);
	report_free(&report);
}

/* Of a file that was cut off, each whole line is there, unchanged, and the
 * last piece is a row too: read, or rejected with its line. */
static void
accounts_for_every_prefix(void **state)
{
	static const char good[] = GOOD;
	struct report whole_report = {0};
	struct results whole;

	(void)state;
	assert_true(results_read(BYTES(GOOD), &whole, &whole_report));
	for (size_t len = 1; len < sizeof(good); len++) {
		char *bytes = mem_strndup(good, len);
		struct report report = {0};
		struct results results;
		size_t complete = 0, pieces;

		for (size_t i = 0; i < len; i++)
			complete += bytes[i] == '\n';
		pieces = complete + (bytes[len - 1] != '\n');
		assert_true(results_read(bytes, len, &results, &report));
		assert_int_equal(report.rows, pieces);
		assert_int_equal(results.count + report.count, pieces);
		assert_in_range(results.count, complete, pieces);
		for (size_t i = 0; i < complete; i++) {
			assert_int_equal(results.rows[i].line, i + 1);
			assert_int_equal(results.rows[i].job_no,
					 whole.rows[i].job_no);
			assert_string_equal(results.rows[i].outcome,
					    whole.rows[i].outcome);
			assert_string_equal(results.rows[i].error_code,
					    whole.rows[i].error_code);
		}
		if (report.count)
			assert_int_equal(report.rejects[0].line, pieces);
		results_free(&results);
		report_free(&report);
		mem_free(bytes);
	}
	results_free(&whole);
	report_free(&whole_report);
}

/* Lines of 10 MB, and more good lines than the first piece of memory holds. */
static void
bounds_lines(void **state)
{
	enum { MANY = 1000 };
	struct buffer bytes = {0};
	struct report report = {0};
	struct results results;

	(void)state;
	for (int i = 0; i < MANY; i++)
		buffer_printf(&bytes, "R,%d,1,SPOILED,,,,,\n", i + 1);
	buffer_puts(&bytes, "R,1,1,SPOILED,");
	for (size_t i = 0; i < 10 * 1024 * 1024; i++)
		buffer_putc(&bytes, 'x');
	buffer_puts(&bytes, ",,,,\nR,77,1,SPOILED,,,,,\n");
	assert_true(results_read(bytes.data, bytes.len, &results, &report));
	assert_int_equal(report.rows, MANY + 2);
	assert_int_equal(results.count, MANY + 1);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(results.rows[i].job_no, i + 1);
	assert_int_equal(results.rows[MANY].job_no, 77);
	assert_int_equal(results.rows[MANY].line, MANY + 2);
	assert_int_equal(report.count, 1);
	assert_int_equal(report.rejects[0].line, MANY + 1);
	assert_string_equal(report.rejects[0].code, "line_too_long");
	assert_string_equal(report.rejects[0].text, "longer than 4096 bytes");
	results_free(&results);
	report_free(&report);
	buffer_free(&bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_file_names),
		cmocka_unit_test(reads_acknowledgements),
		cmocka_unit_test(refuses_acknowledgements),
		cmocka_unit_test(refuses_every_prefix_of_an_ack),
		cmocka_unit_test(refuses_a_huge_ack),
		cmocka_unit_test(reads_results),
		cmocka_unit_test(rejects_with_line),
		cmocka_unit_test(refuses_nothing_at_all),
		cmocka_unit_test(accounts_for_every_prefix),
		cmocka_unit_test(bounds_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
