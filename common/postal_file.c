/*
 * Reads postal files; see postal_file.h.
 */
#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "charset.h"
#include "clock.h"
#include "fields.h"
#include "identity.h"
#include "lines.h"
#include "mail_number.h"
#include "mem.h"
#include "postal_file.h"
#include "postal_layout.h"

#define IDEOGRAPHIC_SPACE "\xe3\x80\x80"

struct postal_reader {
	struct postal_options options;
	const struct postal_layout *layout; /* NULL until it is known */
	const char *encoding;
	struct charset *charset; /* NULL: UTF-8 */
	int header_left;         /* fixed width: lines before the first row */
	size_t columns;          /* delimited: in the header */
	size_t column_at[POSTAL_FIELDS];
	struct buffer decoded;
	struct buffer values[POSTAL_FIELDS]; /* fixed width: of this line */
	struct fields fields;
	unsigned long wrong_numbers;
};

/* Opens the layout's own encoding, or UTF-8. */
static void
use_encoding(struct postal_reader *reader, const char *encoding)
{
	if (reader->charset)
		charset_close(reader->charset);
	reader->charset = strcmp(encoding, "UTF-8") == 0
				  ? NULL
				  : charset_open(encoding, "UTF-8");
	reader->encoding = encoding;
}

static const char *
encoding_of(const struct postal_reader *reader,
	    const struct postal_layout *layout)
{
	return layout->encoding ? layout->encoding
				: reader->options.list_encoding;
}

struct postal_reader *
postal_open(const struct postal_options *options)
{
	struct postal_reader *reader;
	struct charset *charset = charset_open(options->list_encoding, "UTF-8");

	if (!charset)
		return NULL;
	charset_close(charset);
	if (strcmp(options->layout, "auto") != 0 &&
	    !postal_layouts_find(options->layouts, options->layout))
		return NULL;
	reader = mem_alloc(1, sizeof *reader);
	reader->options = *options;
	return reader;
}

static enum postal_result
reject(const char **code, const char *reason, char text[160], const char *words)
{
	*code = reason;
	snprintf(text, 160, "%s", words);
	return POSTAL_REJECTED;
}

/* Appends bytes in UTF-8; -1 with the place of the first bad one. */
static int
decode(struct postal_reader *reader, const char *bytes, size_t len,
       struct buffer *out, size_t *offset)
{
	if (reader->charset)
		return charset_convert(reader->charset, bytes, len, out,
				       offset);
	if (!charset_utf8_ok(bytes, len, offset))
		return -1;
	buffer_append(out, bytes, len);
	return 0;
}

/* Cuts blanks, tabs and ideographic spaces off both ends, in place. */
static char *
trimmed(char *text)
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

/* Splits the decoded line. */
static bool
split(struct postal_reader *reader, const struct postal_layout *layout)
{
	if (fields_split(&reader->fields, reader->decoded.data,
			 reader->decoded.len, layout->delimiter) != 0)
		return false;
	for (size_t i = 0; layout->trim && i < reader->fields.count; i++)
		reader->fields.values[i] = trimmed(reader->fields.values[i]);
	return true;
}

/* Whether the line, split, is a header with each column of the layout once. */
static bool
is_header(struct postal_reader *reader, const struct postal_layout *layout)
{
	for (size_t i = 0; i < POSTAL_FIELDS; i++) {
		size_t found = 0;

		if (!layout->fields[i].column)
			continue;
		for (size_t c = 0; c < reader->fields.count; c++)
			if (strcmp(reader->fields.values[c],
				   layout->fields[i].column) == 0) {
				reader->column_at[i] = c;
				found++;
			}
		if (found != 1)
			return false;
	}
	reader->columns = reader->fields.count;
	return true;
}

/* The field's bytes of a line of fixed width, decoded and trimmed; NULL when
 * the line ends before it; -1 in *bad when they are no characters. */
static int
cut_field(struct postal_reader *reader, const struct postal_layout *layout,
	  enum postal_field field, const struct line *line, char **value)
{
	const struct postal_place *place = &layout->fields[field];
	struct buffer *cut = &reader->values[field];
	size_t offset;

	*value = NULL;
	if (place->length == 0 || line->len < place->offset + place->length)
		return 0;
	buffer_clear(cut);
	if (decode(reader, line->data + place->offset, place->length, cut,
		   &offset) != 0)
		return -1;
	buffer_puts(cut, "");
	*value = layout->trim ? trimmed(cut->data) : cut->data;
	return 0;
}

/* A first line that can only be of this layout: dates and codes stand where
 * it says. */
static bool
looks_fixed(struct postal_reader *reader, const struct postal_layout *layout,
	    const struct line *line)
{
	char *posted, *number;
	int year, month, day;

	return line->len >= layout->least && !line->has_nul &&
	       layout->header_lines == 0 &&
	       cut_field(reader, layout, POSTAL_POSTED_ON, line, &posted) ==
		       0 &&
	       posted && clock_parse_date(posted, &year, &month, &day) &&
	       cut_field(reader, layout, POSTAL_TRACKING_NO, line, &number) ==
		       0 &&
	       number && mail_number_kind(number) != MAIL_NUMBER_INVALID;
}

/* Whether the line is a header of the layout in the reader's encoding. */
static bool
looks_delimited(struct postal_reader *reader,
		const struct postal_layout *layout, const struct line *line)
{
	size_t offset;

	buffer_clear(&reader->decoded);
	return !line->has_nul &&
	       decode(reader, line->data, line->len, &reader->decoded,
		      &offset) == 0 &&
	       reader->decoded.len > 0 && split(reader, layout) &&
	       is_header(reader, layout);
}

static bool
is_ascii(const struct line *line)
{
	for (size_t i = 0; i < line->len; i++)
		if ((unsigned char)line->data[i] >= 0x80)
			return false;
	return true;
}

/* Finds the layout by the file's first line. */
static bool
choose(struct postal_reader *reader, const struct line *line)
{
	const struct postal_layouts *known = reader->options.layouts;
	bool any = strcmp(reader->options.layout, "auto") == 0;

	for (size_t i = 0; i < known->count; i++) {
		const struct postal_layout *layout = &known->layouts[i];
		const char *own = encoding_of(reader, layout);
		bool fits;

		if (!any && strcmp(reader->options.layout, layout->name) != 0)
			continue;
		if (layout->delimiter) {
			use_encoding(reader, "UTF-8");
			fits = looks_delimited(reader, layout, line);
			if (!fits && strcmp(own, "UTF-8") != 0) {
				use_encoding(reader, own);
				fits = looks_delimited(reader, layout, line);
			}
			/* Columns in ASCII tell nothing of the encoding. */
			if (fits && is_ascii(line))
				use_encoding(reader, own);
		} else {
			use_encoding(reader, own);
			fits = !any || looks_fixed(reader, layout, line);
		}
		if (fits) {
			reader->layout = layout;
			reader->header_left = layout->header_lines;
			return true;
		}
	}
	return false;
}

static bool
whole_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && digits < 8 && !text[digits];
}

static enum postal_result
check_number(struct postal_reader *reader, const char *number,
	     const char **code, char text[160])
{
	switch (mail_number_kind(number)) {
	case MAIL_NUMBER_SERIAL:
		if (reader->options.serial_only)
			return POSTAL_ROW;
		return reject(code, "serial_only", text,
			      "a serial of 6 digits alone does not name one "
			      "letter");
	case MAIL_NUMBER_SHORT:
	case MAIL_NUMBER_LONG:
	case MAIL_NUMBER_S10:
		return POSTAL_ROW;
	case MAIL_NUMBER_BAD_CHECK:
		reader->wrong_numbers++;
		if (!reader->options.check_digits)
			return POSTAL_ROW;
		return reject(code, "wrong_check_digit", text,
			      "the tracking number's check digit is wrong");
	case MAIL_NUMBER_INVALID:
		break;
	}
	if (*number)
		reader->wrong_numbers++;
	return reject(code, "bad_tracking_no", text,
		      *number ? "the tracking number has none of the forms "
				"of 6, 14, 20 digits or S10"
			      : "the tracking number is empty");
}

static void
put_date(char out[11], int year, int month, int day)
{
	snprintf(out, 11, "%04u-%02u-%02u", (unsigned)year % 10000u,
		 (unsigned)month % 100u, (unsigned)day % 100u);
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
	put_date(out, year, month, day);
	return true;
}

/* "20261124093000" of Taiwan, or ISO 8601, to ISO 8601. */
static bool
event_time(const char *written, char out[32])
{
	int64_t when;
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
	if (!clock_parse_iso(written, &when))
		return false;
	clock_format_taipei(when, out);
	return *out;
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

static enum postal_result
check_event(struct postal_row *row, const char *at, const char **code,
	    char text[160])
{
	const char *event = row->event;

	if (!event || strlen(event) != 2 || event[0] < 'A' || event[0] > 'Z' ||
	    !((event[1] >= 'A' && event[1] <= 'Z') ||
	      (event[1] >= '0' && event[1] <= '9')))
		return reject(code, "bad_event", text,
			      "the event is no code of a letter and a letter "
			      "or digit");
	if (!event_time(at ? at : "", row->event_at))
		return reject(code, "bad_event_time", text,
			      "the time of the event is no time");
	if ((row->office && !printable(row->office)) ||
	    (row->reason && !printable(row->reason)))
		return reject(code, "bad_character", text,
			      "office or reason holds a control character");
	return POSTAL_ROW;
}

static enum postal_result
check_row(struct postal_reader *reader, char *const values[POSTAL_FIELDS],
	  struct postal_row *row, const char **code, char text[160])
{
	bool events = postal_layout_events(reader->layout);
	const char *posted = values[POSTAL_POSTED_ON];
	enum postal_result result;

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
	result = check_number(reader, row->tracking_no, code, text);
	if (result != POSTAL_ROW)
		return result;
	if (!posted)
		snprintf(row->posted_on, sizeof row->posted_on, "%s",
			 reader->options.default_date);
	else if (!posting_date(posted, row->posted_on))
		return reject(code, "bad_date", text, "posted_at is no date");
	if (events)
		return check_event(row, values[POSTAL_EVENT_AT], code, text);
	return check_values(row, code, text);
}

static enum postal_result
bad_encoding(struct postal_reader *reader, size_t offset, const char **code,
	     char text[160])
{
	*code = "bad_encoding";
	snprintf(text, 160, "byte %zu is no character of %s", offset + 1,
		 reader->encoding);
	return POSTAL_REJECTED;
}

static enum postal_result
read_delimited(struct postal_reader *reader, char *values[POSTAL_FIELDS],
	       const char **code, char text[160])
{
	if (!split(reader, reader->layout))
		return reject(code, "bad_line", text,
			      "its quotes do not match");
	if (reader->fields.count != reader->columns) {
		*code = "bad_line";
		snprintf(text, 160, "has %zu columns instead of %zu",
			 reader->fields.count, reader->columns);
		return POSTAL_REJECTED;
	}
	for (size_t i = 0; i < POSTAL_FIELDS; i++)
		if (reader->layout->fields[i].column)
			values[i] = reader->fields.values[reader->column_at[i]];
	return POSTAL_ROW;
}

static enum postal_result
read_fixed(struct postal_reader *reader, const struct line *line,
	   char *values[POSTAL_FIELDS], const char **code, char text[160])
{
	if (line->len < reader->layout->least) {
		*code = "bad_line";
		snprintf(text, 160, "has %zu bytes instead of %zu or more",
			 line->len, reader->layout->least);
		return POSTAL_REJECTED;
	}
	for (int i = 0; i < POSTAL_FIELDS; i++)
		if (cut_field(reader, reader->layout, (enum postal_field)i,
			      line, &values[i]) != 0) {
			*code = "bad_line";
			snprintf(text, 160,
				 "a field begins or ends inside a character: "
				 "bytes %zu to %zu",
				 reader->layout->fields[i].offset + 1,
				 reader->layout->fields[i].offset +
					 reader->layout->fields[i].length);
			return POSTAL_REJECTED;
		}
	return POSTAL_ROW;
}

enum postal_result
postal_read(struct postal_reader *reader, const struct line *line,
	    struct postal_row *row, const char **code, char text[160])
{
	char *values[POSTAL_FIELDS] = {0};
	enum postal_result result;
	size_t offset;

	if (!reader->layout) {
		if (!choose(reader, line)) {
			*code = "unknown_layout";
			snprintf(text, 160,
				 "line %lu: the header is of no known layout",
				 line->number);
			return POSTAL_REFUSED;
		}
		if (reader->layout->delimiter)
			return POSTAL_NOTHING;
	}
	if (reader->header_left > 0) {
		reader->header_left--;
		return POSTAL_NOTHING;
	}
	if (line->len == 0 || (reader->layout->trailer &&
			       strncmp(line->data, reader->layout->trailer,
				       strlen(reader->layout->trailer)) == 0))
		return POSTAL_NOTHING;
	if (line->has_nul)
		return reject(code, "nul_byte", text, "holds a NUL byte");
	buffer_clear(&reader->decoded);
	if (decode(reader, line->data, line->len, &reader->decoded, &offset) !=
	    0)
		return bad_encoding(reader, offset, code, text);
	result = reader->layout->delimiter
			 ? read_delimited(reader, values, code, text)
			 : read_fixed(reader, line, values, code, text);
	if (result != POSTAL_ROW)
		return result;
	return check_row(reader, values, row, code, text);
}

const char *
postal_layout(const struct postal_reader *reader)
{
	return reader->layout ? reader->layout->name : NULL;
}

const char *
postal_encoding(const struct postal_reader *reader)
{
	return reader->layout ? reader->encoding : NULL;
}

unsigned long
postal_wrong_numbers(const struct postal_reader *reader)
{
	return reader->wrong_numbers;
}

void
postal_close(struct postal_reader *reader)
{
	if (!reader)
		return;
	if (reader->charset)
		charset_close(reader->charset);
	buffer_free(&reader->decoded);
	for (size_t i = 0; i < POSTAL_FIELDS; i++)
		buffer_free(&reader->values[i]);
	fields_free(&reader->fields);
	mem_free(reader);
}

bool
postal_date_in_name(const char *name, char date[11])
{
	bool found = false;

	while (*name) {
		size_t digits = strspn(name, "0123456789");
		int year, month, day;
		char text[9];

		if (digits == 8) {
			memcpy(text, name, 8);
			text[8] = '\0';
			if (clock_parse_date(text, &year, &month, &day)) {
				put_date(date, year, month, day);
				found = true;
			}
		}
		name += digits ? digits : 1;
	}
	return found;
}
