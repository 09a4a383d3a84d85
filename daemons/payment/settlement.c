/*
 * Reads settlement files; see settlement.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "charset.h"
#include "clock.h"
#include "fields.h"
#include "lines.h"
#include "mem.h"
#include "report.h"
#include "settlement.h"

#define FORMAT_NAME "RECARD-SETTLEMENT"
#define FORMAT_VERSION "1"

/* Amounts beyond this are slips, and their sum could overflow. */
#define MAX_AMOUNT 1000000000000
/* What the database takes: no time with hundreds of decimals, and in an
 * index no text of thousands of bytes. */
#define MAX_TIME 40
#define MAX_REFERENCE 200

struct reading {
	struct settlement *to;
	struct report *report;
	struct fields fields;
	bool has_header, has_trailer;
};

static bool
parse_number(const char *text, int64_t max, int64_t *number)
{
	char *end;

	errno = 0;
	/* strtoll() would take blanks and a plus in front. */
	if (*text != '-' && (*text < '0' || *text > '9'))
		return false;
	*number = strtoll(text, &end, 10);
	return end != text && !*end && errno == 0 && *number >= -max &&
	       *number <= max;
}

static bool
parse_time(const char *text)
{
	int64_t when;

	return strlen(text) <= MAX_TIME && clock_parse_iso(text, &when);
}

static bool
parse_date(const char *text)
{
	int year, month, day;

	return strlen(text) == 10 && text[4] == '-' &&
	       clock_parse_date(text, &year, &month, &day);
}

static bool
read_header(struct reading *r, unsigned long number)
{
	char **value = r->fields.values;

	if (r->fields.count != 7 || strcmp(value[1], FORMAT_NAME) != 0) {
		report_refuse(r->report, "bad_header",
			      "line %lu: not a " FORMAT_NAME " header of 7 "
			      "fields",
			      number);
		return false;
	}
	if (strcmp(value[2], FORMAT_VERSION) != 0) {
		report_refuse(r->report, "unknown_version",
			      "line %lu: version is not " FORMAT_VERSION,
			      number);
		return false;
	}
	if (!*value[3] || !parse_date(value[4]) ||
	    !parse_number(value[5], INT32_MAX, &r->to->sequence) ||
	    r->to->sequence < 1 || !parse_time(value[6])) {
		report_refuse(r->report, "bad_header",
			      "line %lu: channel, business date, sequence or "
			      "covered_until cannot be read",
			      number);
		return false;
	}
	r->to->channel = mem_strdup(value[3]);
	r->to->business_date = mem_strdup(value[4]);
	r->to->covered_until = mem_strdup(value[6]);
	r->has_header = true;
	return true;
}

static const char *
kind_of(const char *result)
{
	static const char *const kinds[] = {"paid", "refund", "chargeback"};
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(result, kinds[i]) == 0)
			return kinds[i];
	return "unknown";
}

static bool
read_detail(struct reading *r, unsigned long number)
{
	char **value = r->fields.values;
	struct settlement *to = r->to;
	struct settlement_line *line;
	int64_t amount;

	if (r->fields.count != 7) {
		report_refuse(r->report, "bad_line",
			      "line %lu: a D line has 7 fields, not %zu",
			      number, r->fields.count);
		return false;
	}
	if (!parse_number(value[3], MAX_AMOUNT, &amount)) {
		report_refuse(r->report, "bad_amount",
			      "line %lu: the amount is no whole number",
			      number);
		return false;
	}
	if (__builtin_add_overflow(to->sum, amount, &to->sum)) {
		report_refuse(r->report, "bad_sum",
			      "line %lu: the sum of the lines is too large",
			      number);
		return false;
	}
	if (to->count == to->size) {
		to->size = to->size ? to->size * 2 : 256;
		to->lines = mem_resize(to->lines, to->size, sizeof *to->lines);
	}
	line = &to->lines[to->count++];
	*line = (struct settlement_line){
		.line = number,
		.order_ref = mem_strdup(value[2]),
		.amount = amount,
		.currency = mem_strdup(value[4]),
		.kind = kind_of(value[6]),
	};
	if (strcmp(line->kind, "unknown") == 0)
		line->fault = "unknown_result";
	if (parse_time(value[5]))
		line->paid_at = mem_strdup(value[5]);
	else
		line->fault = "bad_paid_at";
	if (*value[1] && strlen(value[1]) <= MAX_REFERENCE) {
		line->reference = mem_strdup(value[1]);
	} else {
		/* Still money: book it under its place in the file. */
		line->reference = mem_printf("no-reference-%lld-%lu",
					     (long long)to->sequence, number);
		line->fault = *value[1] ? "reference_too_long" : "no_reference";
	}
	return true;
}

static bool
read_trailer(struct reading *r, unsigned long number)
{
	char **value = r->fields.values;
	int64_t count, sum;

	if (r->fields.count != 3 ||
	    !parse_number(value[1], INT32_MAX, &count) ||
	    !parse_number(value[2], INT64_MAX / 2, &sum)) {
		report_refuse(r->report, "bad_trailer",
			      "line %lu: a T line has count and sum", number);
		return false;
	}
	if (count != (int64_t)r->to->count) {
		report_refuse(r->report, "bad_count",
			      "line %lu: the trailer counts %lld lines, the "
			      "file has %zu",
			      number, (long long)count, r->to->count);
		return false;
	}
	if (sum != r->to->sum) {
		report_refuse(r->report, "bad_sum",
			      "line %lu: the trailer's sum is %lld, the lines' "
			      "is %lld",
			      number, (long long)sum, (long long)r->to->sum);
		return false;
	}
	r->has_trailer = true;
	return true;
}

static bool
read_line(struct reading *r, const struct line *line)
{
	const char *type;
	size_t offset;

	if (r->has_trailer) {
		report_refuse(r->report, "after_trailer",
			      "line %lu: something follows the trailer",
			      line->number);
		return false;
	}
	if (line->has_nul) {
		report_refuse(r->report, "nul_byte",
			      "line %lu: holds a NUL byte", line->number);
		return false;
	}
	if (!charset_utf8_ok(line->data, line->len, &offset)) {
		report_refuse(r->report, "bad_utf8",
			      "line %lu, byte %zu: not UTF-8", line->number,
			      offset + 1);
		return false;
	}
	if (fields_split(&r->fields, line->data, line->len, ',') != 0) {
		report_refuse(r->report, "bad_line",
			      "line %lu: its quotes do not match",
			      line->number);
		return false;
	}
	type = r->fields.count ? r->fields.values[0] : "";
	if (!r->has_header) {
		if (strcmp(type, "H") == 0)
			return read_header(r, line->number);
		report_refuse(r->report, "no_header",
			      "line %lu: the file does not begin with an H "
			      "line",
			      line->number);
		return false;
	}
	if (strcmp(type, "D") == 0)
		return read_detail(r, line->number);
	if (strcmp(type, "T") == 0)
		return read_trailer(r, line->number);
	report_refuse(r->report, "bad_line",
		      "line %lu: begins with none of H, D, T", line->number);
	return false;
}

bool
settlement_read(struct lines *lines, struct settlement *settlement,
		struct report *report)
{
	struct reading r = {.to = settlement, .report = report};
	struct line line;
	bool good = true;

	*settlement = (struct settlement){0};
	while (good) {
		switch (lines_next(lines, &line)) {
		case LINES_LINE:
			good = read_line(&r, &line);
			continue;
		case LINES_TOO_LONG:
			report_refuse(report, "line_too_long",
				      "line %lu is too long", line.number);
			good = false;
			continue;
		case LINES_ERROR:
			report_refuse(report, "unreadable",
				      "the file cannot "
				      "be read: %s",
				      strerror(errno));
			good = false;
			continue;
		case LINES_END:
			break;
		}
		break;
	}
	if (good && !r.has_header) {
		report_refuse(report, "no_header", "the file is empty");
		good = false;
	} else if (good && !r.has_trailer) {
		report_refuse(report, "no_trailer",
			      "the file ends without its T line: it was cut "
			      "off");
		good = false;
	}
	fields_free(&r.fields);
	return good;
}

void
settlement_free(struct settlement *settlement)
{
	size_t i;

	for (i = 0; i < settlement->count; i++) {
		mem_free(settlement->lines[i].reference);
		mem_free(settlement->lines[i].order_ref);
		mem_free(settlement->lines[i].currency);
		mem_free(settlement->lines[i].paid_at);
	}
	mem_free(settlement->lines);
	mem_free(settlement->channel);
	mem_free(settlement->business_date);
	mem_free(settlement->covered_until);
	*settlement = (struct settlement){0};
}
