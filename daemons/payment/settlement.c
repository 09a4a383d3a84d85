/*
 * Reads settlement files; see settlement.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "charset.h"
#include "clock.h"
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
read_header(struct settlement *s, unsigned long number)
{
	char **value = s->fields.values;

	if (s->fields.count != 7 || strcmp(value[1], FORMAT_NAME) != 0) {
		report_refuse(s->report, "bad_header",
			      "line %lu: not a " FORMAT_NAME " header of 7 "
			      "fields",
			      number);
		return false;
	}
	if (strcmp(value[2], FORMAT_VERSION) != 0) {
		report_refuse(s->report, "unknown_version",
			      "line %lu: version is not " FORMAT_VERSION,
			      number);
		return false;
	}
	if (!*value[3] || !parse_date(value[4]) ||
	    !parse_number(value[5], INT32_MAX, &s->sequence) ||
	    s->sequence < 1 || !parse_time(value[6])) {
		report_refuse(s->report, "bad_header",
			      "line %lu: channel, business date, sequence or "
			      "covered_until cannot be read",
			      number);
		return false;
	}
	s->channel = mem_strdup(value[3]);
	s->business_date = mem_strdup(value[4]);
	s->covered_until = mem_strdup(value[6]);
	s->has_header = true;
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
read_detail(struct settlement *s, unsigned long number,
	    struct settlement_line *line)
{
	char **value = s->fields.values;
	int64_t amount;

	if (s->fields.count != 7) {
		report_refuse(s->report, "bad_line",
			      "line %lu: a D line has 7 fields, not %zu",
			      number, s->fields.count);
		return false;
	}
	if (!parse_number(value[3], MAX_AMOUNT, &amount)) {
		report_refuse(s->report, "bad_amount",
			      "line %lu: the amount is no whole number",
			      number);
		return false;
	}
	if (__builtin_add_overflow(s->sum, amount, &s->sum)) {
		report_refuse(s->report, "bad_sum",
			      "line %lu: the sum of the lines is too large",
			      number);
		return false;
	}
	s->count++;
	*line = (struct settlement_line){
		.line = number,
		.reference = value[1],
		.order_ref = value[2],
		.amount = amount,
		.currency = value[4],
		.kind = kind_of(value[6]),
	};
	if (strcmp(line->kind, "unknown") == 0)
		line->fault = "unknown_result";
	if (parse_time(value[5]))
		line->paid_at = value[5];
	else
		line->fault = "bad_paid_at";
	if (!*value[1] || strlen(value[1]) > MAX_REFERENCE) {
		/* Still money: book it under its place in the file. */
		snprintf(s->place, sizeof(s->place), "no-reference-%lld-%lu",
			 (long long)s->sequence, number);
		line->reference = s->place;
		line->fault = *value[1] ? "reference_too_long" : "no_reference";
	}
	return true;
}

static bool
read_trailer(struct settlement *s, unsigned long number)
{
	char **value = s->fields.values;
	int64_t count, sum;

	if (s->fields.count != 3 ||
	    !parse_number(value[1], INT32_MAX, &count) ||
	    !parse_number(value[2], INT64_MAX / 2, &sum)) {
		report_refuse(s->report, "bad_trailer",
			      "line %lu: a T line has count and sum", number);
		return false;
	}
	if (count != (int64_t)s->count) {
		report_refuse(s->report, "bad_count",
			      "line %lu: the trailer counts %lld lines, the "
			      "file has %zu",
			      number, (long long)count, s->count);
		return false;
	}
	if (sum != s->sum) {
		report_refuse(s->report, "bad_sum",
			      "line %lu: the trailer's sum is %lld, the lines' "
			      "is %lld",
			      number, (long long)sum, (long long)s->sum);
		return false;
	}
	s->has_trailer = true;
	return true;
}

/* Whether the line can be a line of such a file at all. */
static bool
split_line(struct settlement *s, const struct line *line)
{
	size_t offset;

	if (s->has_trailer) {
		report_refuse(s->report, "after_trailer",
			      "line %lu: something follows the trailer",
			      line->number);
		return false;
	}
	if (line->has_nul) {
		report_refuse(s->report, "nul_byte",
			      "line %lu: holds a NUL byte", line->number);
		return false;
	}
	if (!charset_utf8_ok(line->data, line->len, &offset)) {
		report_refuse(s->report, "bad_utf8",
			      "line %lu, byte %zu: not UTF-8", line->number,
			      offset + 1);
		return false;
	}
	if (fields_split(&s->fields, line->data, line->len, ',') != 0) {
		report_refuse(s->report, "bad_line",
			      "line %lu: its quotes do not match",
			      line->number);
		return false;
	}
	return true;
}

/* False when refused; *payment tells whether it was a D line. */
static bool
read_line(struct settlement *s, const struct line *line,
	  struct settlement_line *to, bool *payment)
{
	const char *type;

	if (!split_line(s, line))
		return false;
	type = s->fields.count ? s->fields.values[0] : "";
	if (!s->has_header) {
		if (strcmp(type, "H") == 0)
			return read_header(s, line->number);
		report_refuse(s->report, "no_header",
			      "line %lu: the file does not begin with an H "
			      "line",
			      line->number);
		return false;
	}
	if (strcmp(type, "D") == 0) {
		*payment = true;
		return read_detail(s, line->number, to);
	}
	if (strcmp(type, "T") == 0)
		return read_trailer(s, line->number);
	report_refuse(s->report, "bad_line",
		      "line %lu: begins with none of H, D, T", line->number);
	return false;
}

static enum settlement_next
read_end(const struct settlement *s)
{
	if (!s->has_header)
		report_refuse(s->report, "no_header", "the file is empty");
	else if (!s->has_trailer)
		report_refuse(s->report, "no_trailer",
			      "the file ends without its T line: it was cut "
			      "off");
	else
		return SETTLEMENT_END;
	return SETTLEMENT_REFUSED;
}

void
settlement_open(struct settlement *settlement, struct lines *lines,
		struct report *report)
{
	*settlement = (struct settlement){.lines = lines, .report = report};
}

enum settlement_next
settlement_next(struct settlement *s, struct settlement_line *line)
{
	struct line text;
	bool payment = false;

	while (!payment) {
		switch (lines_next(s->lines, &text)) {
		case LINES_LINE:
			if (!read_line(s, &text, line, &payment))
				return SETTLEMENT_REFUSED;
			break;
		case LINES_TOO_LONG:
			report_refuse(s->report, "line_too_long",
				      "line %lu is too long", text.number);
			return SETTLEMENT_REFUSED;
		case LINES_ERROR:
			report_refuse(s->report, "unreadable",
				      "the file cannot be read: %s",
				      strerror(errno));
			return SETTLEMENT_REFUSED;
		case LINES_END:
			return read_end(s);
		}
	}
	return SETTLEMENT_LINE;
}

void
settlement_free(struct settlement *settlement)
{
	fields_free(&settlement->fields);
	mem_free(settlement->channel);
	mem_free(settlement->business_date);
	mem_free(settlement->covered_until);
	*settlement = (struct settlement){0};
}
