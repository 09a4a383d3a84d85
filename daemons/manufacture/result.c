/*
 * Reads what the card line sends back; see result.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "charset.h"
#include "clock.h"
#include "fields.h"
#include "identity.h"
#include "lines.h"
#include "mem.h"
#include "report.h"
#include "result.h"

#define MAX_LINE 4096
#define MAX_TIME 40

/* Whether the text begins with a batch number. */
static bool
begins_with_batch_no(const char *text)
{
	static const char pattern[] = "CB-dddddddd-dddddd";

	for (size_t i = 0; pattern[i]; i++)
		if (pattern[i] == 'd' ? text[i] < '0' || text[i] > '9'
				      : text[i] != pattern[i])
			return false;
	return true;
}

bool
result_batch_no_ok(const char *text)
{
	return begins_with_batch_no(text) && !text[RESULT_BATCH_NO - 1];
}

enum result_file
result_file_kind(const char *name, char batch_no[RESULT_BATCH_NO])
{
	const char *rest = name + RESULT_BATCH_NO - 1;
	size_t digits;

	if (!begins_with_batch_no(name))
		return RESULT_FILE_OTHER;
	memcpy(batch_no, name, RESULT_BATCH_NO - 1);
	batch_no[RESULT_BATCH_NO - 1] = '\0';
	if (strcmp(rest, ".ack.p7m") == 0)
		return RESULT_FILE_ACK;
	if (*rest != '.')
		return RESULT_FILE_OTHER;
	digits = strspn(rest + 1, "0123456789");
	if (digits > 0 && strcmp(rest + 1 + digits, ".result.p7m") == 0)
		return RESULT_FILE_RESULT;
	return RESULT_FILE_OTHER;
}

static bool
one_of(const char *value, const char *const *values)
{
	for (; *values; values++)
		if (strcmp(value, *values) == 0)
			return true;
	return false;
}

static bool
parse_positive(const char *text, int64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoll(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end && errno == 0 &&
	       *number > 0;
}

bool
ack_read(const char *bytes, size_t len, struct ack *ack, struct report *report)
{
	static const char *const reasons[] = {
		"",         "DUPLICATE",     "BAD_COUNT",
		"BAD_HASH", "BAD_SIGNATURE", "UNKNOWN_VERSION",
		NULL};
	struct lines *lines = lines_open_memory(bytes, len, MAX_LINE);
	struct fields fields = {0};
	struct line line;
	bool good = false;

	*ack = (struct ack){0};
	report->rows = 1;
	if (lines_next(lines, &line) != LINES_LINE ||
	    fields_split(&fields, line.data, line.len, ',') != 0 ||
	    fields.count != 4 || strcmp(fields.values[0], "A") != 0) {
		report_refuse(report, "bad_ack",
			      "line 1: not an A line of 4 fields");
		goto out;
	}
	ack->accepted = strcmp(fields.values[2], "ACCEPTED") == 0;
	if ((!ack->accepted && strcmp(fields.values[2], "REJECTED") != 0) ||
	    !one_of(fields.values[3], reasons) ||
	    ack->accepted != (*fields.values[3] == '\0')) {
		report_refuse(report, "bad_ack",
			      "line 1: neither ACCEPTED nor REJECTED with a "
			      "known reason");
		goto out;
	}
	ack->batch_no = mem_strdup(fields.values[1]);
	ack->reason = mem_strdup(fields.values[3]);
	if (lines_next(lines, &line) != LINES_END) {
		report_refuse(report, "bad_ack",
			      "line 2: something follows the A line");
		goto out;
	}
	good = true;
out:
	fields_free(&fields);
	lines_close(lines);
	return good;
}

void
ack_free(struct ack *ack)
{
	mem_free(ack->batch_no);
	mem_free(ack->reason);
	*ack = (struct ack){0};
}

/* The reason why the fields are no result; NULL when they are one. */
static const char *
judge(char **value, struct result *row)
{
	static const char *const outcomes[] = {"MADE", "REJECTED", "SPOILED",
					       "ON_HOLD", NULL};
	int year, month, day;
	int64_t when;
	size_t offset;

	if (!parse_positive(value[1], &row->job_no))
		return "job_no is no number";
	if (!parse_positive(value[2], &row->attempt) ||
	    row->attempt > INT32_MAX)
		return "attempt is no number";
	if (!one_of(value[3], outcomes))
		return "result is none of MADE, REJECTED, SPOILED, ON_HOLD";
	if (strlen(value[8]) > 40 ||
	    !charset_utf8_ok(value[8], strlen(value[8]), &offset))
		return "error_code is longer than 40 or not UTF-8";
	if (strcmp(value[3], "MADE") != 0)
		return NULL;
	if (!identity_card_ok(value[4]))
		return "new_card_no is no card number";
	if (!*value[5] || strlen(value[5]) > 64 ||
	    strspn(value[5], "0123456789abcdefABCDEF") != strlen(value[5]))
		return "certificate_serial is no hexadecimal number";
	if (strlen(value[6]) != 10 || value[6][4] != '-' ||
	    !clock_parse_date(value[6], &year, &month, &day))
		return "not_after is no ISO date";
	/* The database takes no time with hundreds of decimals. */
	if (strlen(value[7]) > MAX_TIME || !clock_parse_iso(value[7], &when))
		return "made_at is no ISO time with offset";
	return NULL;
}

static void
read_result(struct results *results, struct fields *fields,
	    unsigned long number, struct report *report)
{
	char **value = fields->values;
	struct result row = {.line = number};
	const char *trouble;
	bool made;

	if (fields->count != 9 || strcmp(value[0], "R") != 0) {
		report_reject(report, number, "bad_line",
			      "not an R line of 9 fields");
		return;
	}
	trouble = judge(value, &row);
	if (trouble) {
		report_reject(report, number, "bad_field", "%s", trouble);
		return;
	}
	made = strcmp(value[3], "MADE") == 0;
	row.outcome = mem_strdup(value[3]);
	row.card_no = made ? mem_strdup(value[4]) : NULL;
	row.serial = made ? mem_strdup(value[5]) : NULL;
	row.not_after = made ? mem_strdup(value[6]) : NULL;
	row.made_at = made ? mem_strdup(value[7]) : NULL;
	row.error_code = mem_strdup(value[8]);
	if (results->count == results->size) {
		results->size = results->size ? results->size * 2 : 256;
		results->rows = mem_resize(results->rows, results->size,
					   sizeof *results->rows);
	}
	results->rows[results->count++] = row;
}

bool
results_read(const char *bytes, size_t len, struct results *results,
	     struct report *report)
{
	struct lines *lines = lines_open_memory(bytes, len, MAX_LINE);
	struct fields fields = {0};
	struct line line;
	enum lines_result got;

	*results = (struct results){0};
	while ((got = lines_next(lines, &line)) == LINES_LINE ||
	       got == LINES_TOO_LONG) {
		report->rows++;
		if (got == LINES_TOO_LONG)
			report_reject(report, line.number, "line_too_long",
				      "longer than %d bytes", MAX_LINE);
		else if (fields_split(&fields, line.data, line.len, ',') != 0)
			report_reject(report, line.number, "bad_line",
				      "its quotes do not match, or it holds a "
				      "NUL byte");
		else
			read_result(results, &fields, line.number, report);
	}
	fields_free(&fields);
	lines_close(lines);
	if (report->rows == 0) {
		report_refuse(report, "empty", "the file has no lines");
		return false;
	}
	return true;
}

void
results_free(struct results *results)
{
	size_t i;

	for (i = 0; i < results->count; i++) {
		mem_free(results->rows[i].outcome);
		mem_free(results->rows[i].card_no);
		mem_free(results->rows[i].serial);
		mem_free(results->rows[i].not_after);
		mem_free(results->rows[i].made_at);
		mem_free(results->rows[i].error_code);
	}
	mem_free(results->rows);
	*results = (struct results){0};
}
