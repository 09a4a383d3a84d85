/*
 * Reads the counter's files; see reset_file.h.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "charset.h"
#include "clock.h"
#include "fields.h"
#include "identity.h"
#include "lines.h"
#include "mem.h"
#include "report.h"
#include "reset_file.h"
#include "seal.h"

#define MAX_LINE 4096
#define MAX_TIME 40
#define MAX_OFFICE 40 /* characters, of four bytes at most */
#define MAX_FILE_NO 40

/* What is known while a file is read. */
struct reading {
	const char *bytes;
	struct resets *resets;
	struct report *report;
	int64_t count; /* as the header says */
	bool begun, ended;
};

static bool
parse_count(const char *text, int64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoll(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end && errno == 0;
}

static bool
is_time(const char *text)
{
	int64_t when;

	/* The database takes no time with hundreds of decimals. */
	return strlen(text) <= MAX_TIME && clock_parse_iso(text, &when);
}

static bool
read_header(struct reading *reading, const struct fields *fields)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789-";
	char *const *value = fields->values;
	struct report *report = reading->report;

	if (fields->count != 6 || strcmp(value[0], "H") != 0 ||
	    strcmp(value[1], "RECARD-CODE-RESET") != 0) {
		report_refuse(report, "bad_header",
			      "line 1: not an H line of 6 fields of "
			      "RECARD-CODE-RESET");
		return false;
	}
	if (strcmp(value[2], "1") != 0) {
		report_refuse(report, "unknown_version",
			      "line 1: only version 1 is known");
		return false;
	}
	if (!*value[3] || strlen(value[3]) > MAX_FILE_NO ||
	    strspn(value[3], letters) != strlen(value[3]) ||
	    !is_time(value[4]) || !parse_count(value[5], &reading->count)) {
		report_refuse(report, "bad_header",
			      "line 1: file number, time or count are not of "
			      "their form");
		return false;
	}
	reading->begun = true;
	return true;
}

static bool
is_office(const char *text)
{
	size_t offset;

	if (!*text || strlen(text) > (size_t)MAX_OFFICE * 4 ||
	    !charset_utf8_ok(text, strlen(text), &offset))
		return false;
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == '\177')
			return false;
	return true;
}

/* The reason why the fields are no request; NULL when they are one. */
static const char *
judge(char *const *value)
{
	if (!identity_order_ok(value[1]))
		return "order_no is no order number";
	if (!identity_card_ok(value[2]))
		return "new_card_no is no card number";
	if (!seal_scrypt_ok(value[3]))
		return "user_code_hash is no $scrypt$ text";
	if (!is_time(value[4]))
		return "requested_at is no ISO time with offset";
	if (!is_office(value[5]))
		return "office is empty, too long or not UTF-8";
	return NULL;
}

static void
read_request(struct reading *reading, const struct fields *fields,
	     unsigned long number)
{
	char *const *value = fields->values;
	struct resets *resets = reading->resets;
	const char *trouble;

	reading->report->rows++;
	if (fields->count != 6 || strcmp(value[0], "R") != 0) {
		report_reject(reading->report, number, "bad_line",
			      "not an R line of 6 fields");
		return;
	}
	trouble = judge(value);
	if (trouble) {
		report_reject(reading->report, number, "bad_field", "%s",
			      trouble);
		return;
	}
	if (resets->count == resets->size) {
		resets->size = resets->size ? resets->size * 2 : 64;
		resets->rows = mem_resize(resets->rows, resets->size,
					  sizeof(*resets->rows));
	}
	resets->rows[resets->count++] = (struct reset){
		.line = number,
		.order_no = mem_strdup(value[1]),
		.card_no = mem_strdup(value[2]),
		.hash = mem_strdup(value[3]),
		.requested_at = mem_strdup(value[4]),
		.office = mem_strdup(value[5]),
	};
}

static bool
read_trailer(struct reading *reading, const struct fields *fields,
	     uint64_t offset)
{
	char digest[SEAL_SHA256_HEX];
	int64_t count;

	if (fields->count != 3 || !parse_count(fields->values[1], &count)) {
		report_refuse(reading->report, "bad_trailer",
			      "not a T line of 3 fields with a count");
		return false;
	}
	if (count != reading->report->rows || count != reading->count) {
		report_refuse(reading->report, "bad_count",
			      "header, trailer and lines count differently");
		return false;
	}
	seal_sha256_hex(reading->bytes, offset, digest);
	if (strcmp(digest, fields->values[2]) != 0) {
		report_refuse(reading->report, "bad_hash",
			      "the digest is not that of the lines");
		return false;
	}
	reading->ended = true;
	return true;
}

/* False when the file is refused. */
static bool
read_line(struct reading *reading, struct fields *fields,
	  const struct line *line)
{
	if (reading->ended) {
		report_refuse(reading->report, "bad_trailer",
			      "line %lu: something follows the T line",
			      line->number);
		return false;
	}
	if (fields_split(fields, line->data, line->len, ',') != 0) {
		if (!reading->begun) {
			report_refuse(reading->report, "bad_header",
				      "line 1: its quotes do not match");
			return false;
		}
		reading->report->rows++;
		report_reject(reading->report, line->number, "bad_line",
			      "its quotes do not match, or it holds a NUL "
			      "byte");
		return true;
	}
	if (!reading->begun)
		return read_header(reading, fields);
	if (fields->count > 0 && strcmp(fields->values[0], "T") == 0)
		return read_trailer(reading, fields, line->offset);
	read_request(reading, fields, line->number);
	return true;
}

bool
resets_read(const char *bytes, size_t len, struct resets *resets,
	    struct report *report)
{
	struct lines *lines = lines_open_memory(bytes, len, MAX_LINE);
	struct reading reading = {
		.bytes = bytes, .resets = resets, .report = report};
	struct fields fields = {0};
	enum lines_result got;
	struct line line;
	bool good = true;

	*resets = (struct resets){0};
	while (good && ((got = lines_next(lines, &line)) == LINES_LINE ||
			got == LINES_TOO_LONG)) {
		if (got == LINES_LINE) {
			good = read_line(&reading, &fields, &line);
			continue;
		}
		good = reading.begun && !reading.ended;
		if (!good)
			report_refuse(report,
				      reading.begun ? "bad_trailer"
						    : "bad_header",
				      "line %lu: is too long to belong there",
				      line.number);
		report->rows++;
		report_reject(report, line.number, "line_too_long",
			      "longer than %d bytes", MAX_LINE);
	}
	if (good && !reading.ended) {
		report_refuse(report, reading.begun ? "bad_trailer" : "empty",
			      "the file has no T line at its end");
		good = false;
	}
	fields_free(&fields);
	lines_close(lines);
	return good;
}

void
resets_free(struct resets *resets)
{
	for (size_t i = 0; i < resets->count; i++) {
		mem_free(resets->rows[i].order_no);
		mem_free(resets->rows[i].card_no);
		mem_free(resets->rows[i].hash);
		mem_free(resets->rows[i].requested_at);
		mem_free(resets->rows[i].office);
	}
	mem_free(resets->rows);
	*resets = (struct resets){0};
}
