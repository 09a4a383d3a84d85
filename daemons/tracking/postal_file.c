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

enum { NO_COLUMN = -1 };

/* Which column holds what; the header must be exactly this. */
struct layout {
	const char *name;
	const char *header;
	bool encoded; /* in the list encoding; UTF-8 otherwise */
	int columns;
	int order_no, tracking_no, posted_at, mail_type, weight_g, postage;
};

static const struct layout layouts[] = {
	{"native", "order_no,tracking_no,posted_at,mail_type,weight_g,postage",
	 false, 6, 0, 1, 2, 3, 4, 5},
	{"posting-list",
	 "掛號號碼,姓名,寄件地名(或地址),是否回執,是否航空,是否印刷物,重量,"
	 "郵資,備考",
	 true, 9, 8, 0, NO_COLUMN, NO_COLUMN, 6, 7},
};

enum { LAYOUTS = sizeof layouts / sizeof *layouts };

struct postal_reader {
	struct postal_options options;
	const struct layout *layout; /* NULL until the header */
	struct charset *charset;
	struct buffer decoded;
	struct fields fields;
};

struct postal_reader *
postal_open(const struct postal_options *options)
{
	struct postal_reader *reader;
	struct charset *charset;
	bool known = strcmp(options->layout, "auto") == 0;
	size_t i;

	for (i = 0; i < LAYOUTS; i++)
		known = known || strcmp(options->layout, layouts[i].name) == 0;
	charset = charset_open(options->list_encoding, "UTF-8");
	if (!known || !charset) {
		if (charset)
			charset_close(charset);
		return NULL;
	}
	reader = mem_alloc(1, sizeof *reader);
	reader->options = *options;
	reader->charset = charset;
	return reader;
}

static enum postal_result
reject(const char **code, const char *reason, char text[160], const char *words)
{
	*code = reason;
	snprintf(text, 160, "%s", words);
	return POSTAL_REJECTED;
}

/* The line in UTF-8; -1 with the place of the first bad byte. */
static int
decode(struct postal_reader *reader, bool encoded, const struct line *line,
       size_t *offset)
{
	buffer_clear(&reader->decoded);
	if (encoded)
		return charset_convert(reader->charset, line->data, line->len,
				       &reader->decoded, offset);
	if (!charset_utf8_ok(line->data, line->len, offset))
		return -1;
	buffer_append(&reader->decoded, line->data, line->len);
	return 0;
}

static enum postal_result
read_header(struct postal_reader *reader, const struct line *line,
	    const char **code, char text[160])
{
	size_t i, offset;

	for (i = 0; i < LAYOUTS; i++) {
		const struct layout *layout = &layouts[i];

		if (strcmp(reader->options.layout, "auto") != 0 &&
		    strcmp(reader->options.layout, layout->name) != 0)
			continue;
		/* A NUL would end the comparison early. */
		if (!line->has_nul &&
		    decode(reader, layout->encoded, line, &offset) == 0 &&
		    strcmp(reader->decoded.data ? reader->decoded.data : "",
			   layout->header) == 0) {
			reader->layout = layout;
			return POSTAL_NOTHING;
		}
	}
	*code = "unknown_layout";
	snprintf(text, 160, "line %lu: the header is of no known layout",
		 line->number);
	return POSTAL_REFUSED;
}

static char *
column(struct postal_reader *reader, int number)
{
	return number == NO_COLUMN ? NULL : reader->fields.values[number];
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
		if (!reader->options.check_digits)
			return POSTAL_ROW;
		return reject(code, "wrong_check_digit", text,
			      "the tracking number's check digit is wrong");
	case MAIL_NUMBER_INVALID:
		break;
	}
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

static enum postal_result
read_row(struct postal_reader *reader, struct postal_row *row,
	 const char **code, char text[160])
{
	const struct layout *layout = reader->layout;
	const char *posted = column(reader, layout->posted_at);
	enum postal_result result;

	*row = (struct postal_row){
		.order_no = column(reader, layout->order_no),
		.tracking_no = column(reader, layout->tracking_no),
		.mail_type = column(reader, layout->mail_type),
		.weight_g = column(reader, layout->weight_g),
		.postage = column(reader, layout->postage),
	};
	if (!identity_order_ok(row->order_no))
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
	if (row->weight_g && !*row->weight_g)
		row->weight_g = NULL;
	if (row->postage && !*row->postage)
		row->postage = NULL;
	if (row->mail_type && !*row->mail_type)
		row->mail_type = NULL;
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

enum postal_result
postal_read(struct postal_reader *reader, const struct line *line,
	    struct postal_row *row, const char **code, char text[160])
{
	size_t offset;

	if (!reader->layout)
		return read_header(reader, line, code, text);
	if (line->len == 0)
		return POSTAL_NOTHING;
	if (line->has_nul)
		return reject(code, "nul_byte", text, "holds a NUL byte");
	if (decode(reader, reader->layout->encoded, line, &offset) != 0) {
		*code = "bad_encoding";
		snprintf(text, 160, "byte %zu is no character of %s",
			 offset + 1,
			 reader->layout->encoded ? reader->options.list_encoding
						 : "UTF-8");
		return POSTAL_REJECTED;
	}
	if (fields_split(&reader->fields, reader->decoded.data,
			 reader->decoded.len, ',') != 0)
		return reject(code, "bad_line", text,
			      "its quotes do not match");
	if (reader->fields.count != (size_t)reader->layout->columns) {
		*code = "bad_line";
		snprintf(text, 160, "has %zu columns instead of %d",
			 reader->fields.count, reader->layout->columns);
		return POSTAL_REJECTED;
	}
	return read_row(reader, row, code, text);
}

const char *
postal_layout(const struct postal_reader *reader)
{
	return reader->layout ? reader->layout->name : NULL;
}

void
postal_close(struct postal_reader *reader)
{
	if (!reader)
		return;
	charset_close(reader->charset);
	buffer_free(&reader->decoded);
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
