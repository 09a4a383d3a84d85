/*
 * Values of a row of a postal file: see postal_values.h.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "charset.h"
#include "clock.h"
#include "identity.h"
#include "mail_number.h"
#include "postal_values.h"

#define IDEOGRAPHIC_SPACE "\xe3\x80\x80"

static enum postal_result
reject(const char **code, const char *reason, char text[160], const char *words)
{
	*code = reason;
	snprintf(text, 160, "%s", words);
	return POSTAL_REJECTED;
}

char *
postal_values_trim(char *text)
{
	const size_t wide = sizeof(IDEOGRAPHIC_SPACE) - 1;
	size_t len;

	for (;;) {
		if (*text == ' ' || *text == '\t')
			text++;
		else if (strncmp(text, IDEOGRAPHIC_SPACE, wide) == 0)
			text += wide;
		else
			break;
	}
	for (len = strlen(text); len > 0;) {
		if (text[len - 1] == ' ' || text[len - 1] == '\t')
			len--;
		else if (len >= wide && memcmp(text + len - wide,
					       IDEOGRAPHIC_SPACE, wide) == 0)
			len -= wide;
		else
			break;
	}
	text[len] = '\0';
	return text;
}

/* Full-width forms (U+FF01 to U+FF5E) and the ideographic space to ASCII. */
static void
halve(char *text)
{
	const unsigned char *from = (const unsigned char *)text;
	char *to = text;

	while (*from) {
		if (from[0] == 0xef && from[1] == 0xbc && from[2] >= 0x81) {
			*to++ = (char)(from[2] - 0x60);
			from += 3;
		} else if (from[0] == 0xef && from[1] == 0xbd &&
			   from[2] >= 0x80 && from[2] <= 0x9e) {
			*to++ = (char)(from[2] - 0x20);
			from += 3;
		} else if (from[0] == 0xe3 && from[1] == 0x80 &&
			   from[2] == 0x80) {
			*to++ = ' ';
			from += 3;
		} else {
			*to++ = (char)*from++;
		}
	}
	*to = '\0';
}

void
postal_values_narrow(enum postal_field field, char *text)
{
	if (field == POSTAL_OFFICE || field == POSTAL_REASON)
		return;
	halve(text);
	if (field == POSTAL_TRACKING_NO)
		mail_number_ungroup(text);
}

static bool
whole_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && digits < 8 && !text[digits];
}

static enum postal_result
check_number(const struct postal_options *options, const char *number,
	     bool *wrong, const char **code, char text[160])
{
	switch (mail_number_kind(number)) {
	case MAIL_NUMBER_SERIAL:
		if (options->serial_only)
			return POSTAL_ROW;
		return reject(code, "serial_only", text,
			      "a serial of 6 digits alone does not name one "
			      "letter");
	case MAIL_NUMBER_SHORT:
	case MAIL_NUMBER_LONG:
	case MAIL_NUMBER_S10:
		return POSTAL_ROW;
	case MAIL_NUMBER_BAD_CHECK:
		*wrong = true;
		if (!options->check_digits)
			return POSTAL_ROW;
		return reject(code, "wrong_check_digit", text,
			      "the tracking number's check digit is wrong");
	case MAIL_NUMBER_INVALID:
		break;
	}
	*wrong = *number;
	return reject(code, "bad_tracking_no", text,
		      *number ? "the tracking number has none of the forms "
				"of 6, 14, 20 digits or S10"
			      : "the tracking number is empty");
}

/* The posting date of a row, to ISO. A time's date is Taiwan's. */
static bool
posting_date(const char *written, char out[11])
{
	int year, month, day;
	char taipei[32];
	int64_t when;

	if (clock_parse_iso(written, &when)) {
		/* Empty beyond the last day of 9999. */
		clock_format_taipei(when, taipei);
		if (!*taipei)
			return false;
		memcpy(out, taipei, 10);
		out[10] = '\0';
		return true;
	}
	if (!clock_parse_date(written, &year, &month, &day))
		return false;
	snprintf(out, 11, "%04u-%02u-%02u", (unsigned)year % 10000u,
		 (unsigned)month % 100u, (unsigned)day % 100u);
	return true;
}

/* "20261124093000" of Taiwan, or ISO 8601, to ISO 8601. */
static bool
event_time(const char *written, int64_t *when, char out[32])
{
	char iso[32], date[9];
	int year, month, day;

	if (strlen(written) == 14 && strspn(written, "0123456789") == 14) {
		memcpy(date, written, 8);
		date[8] = '\0';
		if (!clock_parse_date(date, &year, &month, &day))
			return false;
		snprintf(iso, sizeof iso, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s+08:00",
			 written, written + 4, written + 6, written + 8,
			 written + 10, written + 12);
		written = iso;
	}
	if (!clock_parse_iso(written, when))
		return false;
	clock_format_taipei(*when, out);
	return *out;
}

/* Whether a moment may be that of a letter in a file that is read now. */
static bool
in_range(const struct postal_options *options, int64_t when)
{
	return options->now == 0 ||
	       (when <= options->now + options->dated_ahead_s &&
		when >= options->now - options->posted_within_s);
}

/* The same for an ISO date, which begins in Taiwan. */
static bool
date_in_range(const struct postal_options *options, const char *date)
{
	char midnight[32];
	int64_t when;

	snprintf(midnight, sizeof midnight, "%sT00:00:00+08:00", date);
	return clock_parse_iso(midnight, &when) && in_range(options, when);
}

/* Text that goes into the database as it is. */
static bool
printable(const char *text)
{
	const char *end = text + strlen(text);

	while (text < end)
		if (charset_forbidden(charset_utf8_next(&text, end)))
			return false;
	return true;
}

static const char *
or_null(const char *text)
{
	return text && *text ? text : NULL;
}

/* Values that more than one kind of row may have; NULL: nothing wrong. */
static enum postal_result
check_values(struct postal_row *row, const char **code, char text[160])
{
	if (row->weight_g &&
	    (!whole_number(row->weight_g) ||
	     strspn(row->weight_g, "0") == strlen(row->weight_g)))
		return reject(code, "bad_weight", text,
			      "the weight is no whole number of grams");
	if (row->postage && !whole_number(row->postage))
		return reject(code, "bad_postage", text,
			      "the postage is no whole number of dollars");
	if (row->mail_type && (strlen(row->mail_type) != 2 ||
			       strspn(row->mail_type, "0123456789") != 2))
		return reject(code, "bad_mail_type", text,
			      "the mail type is not 2 digits");
	return POSTAL_ROW;
}

static bool
is_event(const char *code)
{
	return code && strlen(code) == 2 && code[0] >= 'A' && code[0] <= 'Z' &&
	       ((code[1] >= 'A' && code[1] <= 'Z') ||
		(code[1] >= '0' && code[1] <= '9'));
}

static enum postal_result
check_event(const struct postal_options *options, struct postal_row *row,
	    const char *at, const char **code, char text[160])
{
	int64_t when;

	if (!is_event(row->event))
		return reject(code, "bad_event", text,
			      "the event is no code of a letter and a letter "
			      "or digit");
	if (!event_time(at ? at : "", &when, row->event_at))
		return reject(code, "bad_event_time", text,
			      "the time of the event is no time");
	if (!in_range(options, when))
		return reject(code, "date_out_of_range", text,
			      "the time of the event is further away than "
			      "tracking.posted_within or tracking.dated_ahead");
	if ((row->office && !printable(row->office)) ||
	    (row->reason && !printable(row->reason)))
		return reject(code, "bad_character", text,
			      "office or reason holds a control character");
	return POSTAL_ROW;
}

enum postal_result
postal_values_check(const struct postal_options *options, bool events,
		    char *const values[POSTAL_FIELDS], struct postal_row *row,
		    bool *wrong_number, const char **code, char text[160])
{
	const char *posted = values[POSTAL_POSTED_ON];
	enum postal_result result;

	*wrong_number = false;
	*row = (struct postal_row){
		.order_no = events ? NULL : values[POSTAL_ORDER_NO],
		.tracking_no = values[POSTAL_TRACKING_NO]
				       ? values[POSTAL_TRACKING_NO]
				       : "",
		.mail_type = or_null(values[POSTAL_MAIL_TYPE]),
		.weight_g = or_null(values[POSTAL_WEIGHT]),
		.postage = or_null(values[POSTAL_POSTAGE]),
		.event = values[POSTAL_EVENT],
		.office = or_null(values[POSTAL_OFFICE]),
		.reason = or_null(values[POSTAL_REASON]),
	};
	if (!events && (!row->order_no || !identity_order_ok(row->order_no)))
		return reject(code, "bad_order_no", text,
			      "the order number is not 14 digits with a right "
			      "check digit");
	result = check_number(options, row->tracking_no, wrong_number, code,
			      text);
	if (result != POSTAL_ROW)
		return result;
	if (!posted)
		snprintf(row->posted_on, sizeof row->posted_on, "%s",
			 options->default_date);
	else if (!posting_date(posted, row->posted_on))
		return reject(code, "bad_date", text,
			      "the posting date is no date");
	if (*row->posted_on && !date_in_range(options, row->posted_on))
		return reject(code, "date_out_of_range", text,
			      "the posting date is further away than "
			      "tracking.posted_within or tracking.dated_ahead");
	if (events)
		return check_event(options, row, values[POSTAL_EVENT_AT], code,
				   text);
	return check_values(row, code, text);
}

bool
postal_values_look(char *const values[POSTAL_FIELDS])
{
	const char *number = values[POSTAL_TRACKING_NO];
	const char *posted = values[POSTAL_POSTED_ON];
	const char *order = values[POSTAL_ORDER_NO];
	char date[11];

	return number && mail_number_kind(number) != MAIL_NUMBER_INVALID &&
	       (!posted || posting_date(posted, date)) &&
	       (posted || (order && identity_order_ok(order)));
}

bool
postal_values_has_reason(const char *event)
{
	/* Not delivered, not collected, turned back, kept at the office. */
	return *event && strchr("HNTW", *event);
}
