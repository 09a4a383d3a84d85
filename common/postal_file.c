/*
 * Reads postal files; see postal_file.h.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "charset.h"
#include "clock.h"
#include "fields.h"
#include "lines.h"
#include "mem.h"
#include "postal_file.h"
#include "postal_layout.h"
#include "postal_values.h"

struct postal_reader {
	struct postal_options options;
	const struct postal_layout *layout; /* NULL until it is known */
	const char *encoding;
	struct charset *charset; /* NULL: UTF-8 */
	bool marked;             /* the file began with the mark of UTF-8 */
	int passed;              /* lines before the layout was known */
	size_t columns;          /* delimited: in the header */
	size_t column_at[POSTAL_FIELDS][POSTAL_PARTS];
	struct buffer decoded;
	struct buffer piece;
	struct buffer values[POSTAL_FIELDS]; /* those that are put together */
	struct fields fields;
	unsigned long rows; /* also rejected ones */
	unsigned long wrong_numbers;
	bool ended; /* the trailer has counted the rows */
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

static enum postal_result answer(enum postal_result result, char text[160],
				 const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static enum postal_result
answer(enum postal_result result, char text[160], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(text, 160, format, args);
	va_end(args);
	return result;
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

/* Splits the decoded line. */
static bool
split(struct postal_reader *reader, const struct postal_layout *layout)
{
	if (fields_split(&reader->fields, reader->decoded.data,
			 reader->decoded.len, layout->delimiter) != 0)
		return false;
	for (size_t i = 0; layout->trim && i < reader->fields.count; i++)
		reader->fields.values[i] =
			postal_values_trim(reader->fields.values[i]);
	return true;
}

/* In how many columns of the line, split, the part stands; *at is the last of
 * them. */
static size_t
find_column(const struct postal_reader *reader, const struct postal_part *part,
	    size_t *at)
{
	size_t found = 0;

	if (!part->column) {
		*at = part->number - 1;
		return *at < reader->fields.count;
	}
	for (size_t c = 0; c < reader->fields.count; c++) {
		const char *name = reader->fields.values[c];

		if (strlen(name) == part->column_len &&
		    memcmp(name, part->column, part->column_len) == 0) {
			*at = c;
			found++;
		}
	}
	return found;
}

/* Whether the line, split, is a header with each column of the layout once. */
static bool
is_header(struct postal_reader *reader, const struct postal_layout *layout)
{
	for (size_t i = 0; i < POSTAL_FIELDS; i++)
		for (size_t p = 0; p < layout->fields[i].count; p++)
			if (find_column(reader, &layout->fields[i].parts[p],
					&reader->column_at[i][p]) != 1)
				return false;
	reader->columns = reader->fields.count;
	return true;
}

/* Puts the parts of a field, split, together. */
static char *
join_columns(struct postal_reader *reader, const struct postal_layout *layout,
	     size_t field)
{
	const struct postal_place *place = &layout->fields[field];
	struct buffer *value = &reader->values[field];

	if (place->count == 1)
		return reader->fields.values[reader->column_at[field][0]];
	buffer_clear(value);
	for (size_t p = 0; p < place->count; p++)
		buffer_puts(value,
			    reader->fields.values[reader->column_at[field][p]]);
	return value->data;
}

/* The same for fixed width: decodes and trims. False when a part begins or
 * ends inside a character; *value is NULL when the line ends before it. */
static bool
join_bytes(struct postal_reader *reader, const struct postal_layout *layout,
	   size_t field, const struct line *line, char **value)
{
	const struct postal_place *place = &layout->fields[field];
	struct buffer *joined = &reader->values[field];
	size_t offset;

	*value = NULL;
	buffer_clear(joined);
	buffer_puts(joined, "");
	for (size_t p = 0; p < place->count; p++) {
		const struct postal_part *part = &place->parts[p];

		if (line->len < part->offset + part->length)
			return true;
		buffer_clear(&reader->piece);
		if (decode(reader, line->data + part->offset, part->length,
			   &reader->piece, &offset) != 0)
			return false;
		buffer_puts(joined, layout->trim ? postal_values_trim(
							   reader->piece.data)
						 : reader->piece.data);
	}
	*value = joined->data;
	return true;
}

static enum postal_result
read_columns(struct postal_reader *reader, const struct postal_layout *layout,
	     char *values[POSTAL_FIELDS], const char **code, char text[160])
{
	bool named = postal_layout_named(layout);
	size_t least = named ? reader->columns : layout->least;

	*code = "bad_line";
	if (!split(reader, layout))
		return answer(POSTAL_REJECTED, text, "its quotes do not match");
	if (reader->fields.count < least ||
	    (named && reader->fields.count > least))
		return answer(POSTAL_REJECTED, text,
			      "has %zu columns instead of %zu%s",
			      reader->fields.count, least,
			      named ? "" : " or more");
	for (size_t i = 0; i < POSTAL_FIELDS; i++) {
		for (size_t p = 0; !named && p < layout->fields[i].count; p++)
			reader->column_at[i][p] =
				layout->fields[i].parts[p].number - 1;
		if (layout->fields[i].count > 0)
			values[i] = join_columns(reader, layout, i);
	}
	return POSTAL_ROW;
}

static enum postal_result
read_bytes(struct postal_reader *reader, const struct postal_layout *layout,
	   const struct line *line, char *values[POSTAL_FIELDS],
	   const char **code, char text[160])
{
	*code = "bad_line";
	if (line->len < layout->least)
		return answer(POSTAL_REJECTED, text,
			      "has %zu bytes instead of %zu or more", line->len,
			      layout->least);
	for (size_t i = 0; i < POSTAL_FIELDS; i++)
		if (layout->fields[i].count > 0 &&
		    !join_bytes(reader, layout, i, line, &values[i]))
			return answer(POSTAL_REJECTED, text,
				      "%s begins or ends inside a character",
				      postal_field_name((enum postal_field)i));
	return POSTAL_ROW;
}

/* The values of a line that has been decoded. */
static enum postal_result
read_values(struct postal_reader *reader, const struct postal_layout *layout,
	    const struct line *line, char *values[POSTAL_FIELDS],
	    const char **code, char text[160])
{
	enum postal_result result =
		layout->delimiter
			? read_columns(reader, layout, values, code, text)
			: read_bytes(reader, layout, line, values, code, text);

	if (result == POSTAL_ROW && layout->trim)
		for (size_t i = 0; i < POSTAL_FIELDS; i++)
			if (values[i])
				postal_values_narrow((enum postal_field)i,
						     values[i]);
	return result;
}

static bool
decode_line(struct postal_reader *reader, const struct line *line,
	    size_t *offset)
{
	buffer_clear(&reader->decoded);
	buffer_puts(&reader->decoded, "");
	return !line->has_nul && decode(reader, line->data, line->len,
					&reader->decoded, offset) == 0;
}

/* A first row that can only be of this layout: numbers and dates stand where
 * it says. */
static bool
looks_like_row(struct postal_reader *reader, const struct postal_layout *layout,
	       const struct line *line)
{
	char *values[POSTAL_FIELDS] = {0};
	const char *code;
	char text[160];
	size_t offset;

	return (layout->delimiter ? decode_line(reader, line, &offset)
				  : !line->has_nul) &&
	       read_values(reader, layout, line, values, &code, text) ==
		       POSTAL_ROW &&
	       postal_values_look(values);
}

/* Whether the line is a header of the layout in the reader's encoding. */
static bool
looks_like_header(struct postal_reader *reader,
		  const struct postal_layout *layout, const struct line *line)
{
	size_t offset;

	return line->len > 0 && decode_line(reader, line, &offset) &&
	       split(reader, layout) && is_header(reader, layout);
}

static bool
is_ascii(const struct line *line)
{
	for (size_t i = 0; i < line->len; i++)
		if ((unsigned char)line->data[i] >= 0x80)
			return false;
	return true;
}

/* Whether the line is the first of this layout after its header_lines; sets
 * the encoding. */
static bool
fits(struct postal_reader *reader, const struct postal_layout *layout,
     const struct line *line)
{
	bool any = strcmp(reader->options.layout, "auto") == 0, header;
	const char *own = encoding_of(reader, layout);

	if (reader->marked && layout->delimiter)
		own = "UTF-8";
	if (!postal_layout_named(layout)) {
		use_encoding(reader, own);
		return !any || looks_like_row(reader, layout, line);
	}
	use_encoding(reader, "UTF-8");
	header = looks_like_header(reader, layout, line);
	if (!header && strcmp(own, "UTF-8") != 0) {
		use_encoding(reader, own);
		header = looks_like_header(reader, layout, line);
	}
	/* Columns in ASCII tell nothing of the encoding. */
	if (header && is_ascii(line))
		use_encoding(reader, own);
	return header;
}

/* Finds the layout by the file's first lines: POSTAL_ROW when the line is one
 * already. */
static enum postal_result
choose(struct postal_reader *reader, const struct line *line, const char **code,
       char text[160])
{
	const struct postal_layouts *known = reader->options.layouts;
	bool any = strcmp(reader->options.layout, "auto") == 0, more = false;

	for (size_t i = 0; i < known->count; i++) {
		const struct postal_layout *layout = &known->layouts[i];

		if (!any && strcmp(reader->options.layout, layout->name) != 0)
			continue;
		if (layout->header_lines > reader->passed)
			more = true;
		if (layout->header_lines != reader->passed ||
		    !fits(reader, layout, line))
			continue;
		reader->layout = layout;
		if (!postal_layout_named(layout))
			return POSTAL_ROW;
		if (!line->unended || layout->take_unended)
			return POSTAL_NOTHING;
		*code = "cut_off";
		return answer(POSTAL_REFUSED, text,
			      "line %lu: the file ends inside its header",
			      line->number);
	}
	reader->passed++;
	if (more)
		return POSTAL_NOTHING;
	*code = "unknown_layout";
	return answer(POSTAL_REFUSED, text,
		      "line %lu: the header is of no known layout",
		      line->number);
}

/* Nothing but blanks, or what DOS wrote behind the last line. */
static bool
is_blank(const struct postal_layout *layout, const struct line *line)
{
	const char *blanks = line->unended ? " \t\x1a" : " \t";
	size_t at = 0;

	if (line->unended || layout->trim)
		while (at < line->len && line->data[at] &&
		       strchr(blanks, line->data[at]))
			at++;
	return at == line->len;
}

/* Whether the file was cut off in the line, as far as its length tells. */
static bool
is_cut(const struct postal_layout *layout, const struct line *line)
{
	if (!line->unended)
		return false;
	if (!layout->take_unended)
		return true;
	return !layout->delimiter && line->len != layout->least &&
	       line->len < postal_layout_reach(layout);
}

/* Whether a last line of the least length should have gone on. */
static bool
lacks_reason(const struct postal_layout *layout, const struct line *line,
	     char *const values[POSTAL_FIELDS])
{
	const char *event = values[POSTAL_EVENT];

	return line->unended && !layout->delimiter &&
	       line->len < postal_layout_reach(layout) &&
	       (!event || postal_values_has_reason(event));
}

static enum postal_result
cut_off(const char **code, char text[160])
{
	*code = "cut_off";
	return answer(POSTAL_REJECTED, text, "the file ends inside this line");
}

/* The digits in the trailer, or "". */
static const char *
trailer_count(struct postal_reader *reader, const struct line *line)
{
	const struct postal_part *part = &reader->layout->trailer_count;
	char *count = NULL;

	if (part->number > 0) {
		if (split(reader, reader->layout) &&
		    part->number <= reader->fields.count)
			count = reader->fields.values[part->number - 1];
	} else if (line->len >= part->offset + part->length) {
		buffer_clear(&reader->piece);
		buffer_append(&reader->piece, line->data + part->offset,
			      part->length);
		count = reader->piece.data;
	}
	return count ? postal_values_trim(count) : "";
}

/* Passes over a trailer, and counts. */
static enum postal_result
read_trailer(struct postal_reader *reader, const struct line *line,
	     const char **code, char text[160])
{
	enum { MOST_DIGITS = 12 };
	const char *count;
	size_t digits;

	if (!postal_layout_counts(reader->layout))
		return POSTAL_NOTHING;
	count = trailer_count(reader, line);
	digits = strspn(count, "0123456789");
	*code = "wrong_count";
	if (digits == 0 || digits > MOST_DIGITS || count[digits])
		return answer(POSTAL_REFUSED, text,
			      "line %lu: the trailer holds no count where it "
			      "should",
			      line->number);
	if (strtoull(count, NULL, 10) != reader->rows)
		return answer(
			POSTAL_REFUSED, text,
			"line %lu: the trailer counts %llu rows, the file "
			"has %lu",
			line->number, strtoull(count, NULL, 10), reader->rows);
	reader->ended = true;
	return POSTAL_NOTHING;
}

static enum postal_result
after_trailer(const struct line *line, const char **code, char text[160])
{
	*code = "after_trailer";
	return answer(POSTAL_REFUSED, text, "line %lu stands after the trailer",
		      line->number);
}

static enum postal_result
read_row(struct postal_reader *reader, const struct line *line,
	 struct postal_row *row, const char **code, char text[160])
{
	const struct postal_layout *layout = reader->layout;
	char *values[POSTAL_FIELDS] = {0};
	enum postal_result result;
	bool wrong_number;

	result = read_values(reader, layout, line, values, code, text);
	if (result != POSTAL_ROW)
		return result;
	if (lacks_reason(layout, line, values))
		return cut_off(code, text);
	result = postal_values_check(&reader->options,
				     postal_layout_events(layout), values, row,
				     &wrong_number, code, text);
	reader->wrong_numbers += wrong_number;
	return result;
}

enum postal_result
postal_read(struct postal_reader *reader, const struct line *given,
	    struct postal_row *row, const char **code, char text[160])
{
	struct line line = *given;
	size_t offset = 0;
	bool decoded;

	/* Of the two bytes that end a line the first one may be there. */
	if (line.unended && line.len > 0 && line.data[line.len - 1] == '\r')
		line.len--;
	if (!reader->layout) {
		enum postal_result chosen;

		if (reader->passed == 0)
			reader->marked = line.offset > 0;
		chosen = choose(reader, &line, code, text);
		if (chosen != POSTAL_ROW)
			return chosen;
	}
	if (is_blank(reader->layout, &line))
		return POSTAL_NOTHING;
	if (reader->ended)
		return after_trailer(&line, code, text);
	decoded = decode_line(reader, &line, &offset);
	if (decoded && reader->layout->trailer &&
	    strncmp(reader->decoded.data, reader->layout->trailer,
		    strlen(reader->layout->trailer)) == 0)
		return read_trailer(reader, &line, code, text);
	reader->rows++;
	if (is_cut(reader->layout, &line))
		return cut_off(code, text);
	if (line.has_nul) {
		*code = "nul_byte";
		return answer(POSTAL_REJECTED, text, "holds a NUL byte");
	}
	if (!decoded) {
		*code = "bad_encoding";
		return answer(POSTAL_REJECTED, text,
			      "byte %zu is no character of %s; it is byte %llu "
			      "of the file",
			      offset + 1, reader->encoding,
			      (unsigned long long)line.offset + offset + 1);
	}
	return read_row(reader, &line, row, code, text);
}

enum postal_result
postal_read_too_long(struct postal_reader *reader, const struct line *line,
		     const char **code, char text[160])
{
	if (!reader->layout) {
		*code = "unknown_layout";
		return answer(POSTAL_REFUSED, text,
			      "line %lu is too long for a header",
			      line->number);
	}
	if (reader->ended)
		return after_trailer(line, code, text);
	reader->rows++;
	*code = "line_too_long";
	return answer(POSTAL_REJECTED, text, "longer than tracking.max_line");
}

enum postal_result
postal_end(struct postal_reader *reader, const char **code, char text[160])
{
	if (!reader->layout) {
		*code = "unknown_layout";
		return answer(POSTAL_REFUSED, text, "%s",
			      reader->passed == 0
				      ? "the file is empty"
				      : "the file ends before its first row");
	}
	if (postal_layout_counts(reader->layout) && !reader->ended) {
		*code = "no_trailer";
		return answer(POSTAL_REFUSED, text,
			      "the file ends after %lu rows without its "
			      "trailer: it was cut off",
			      reader->rows);
	}
	return POSTAL_NOTHING;
}

enum postal_result
postal_next(struct postal_reader *reader, struct lines *lines,
	    struct line *line, struct postal_row *row, const char **code,
	    char text[160])
{
	enum postal_result result;

	switch (lines_next(lines, line)) {
	case LINES_LINE:
		return postal_read(reader, line, row, code, text);
	case LINES_TOO_LONG:
		return postal_read_too_long(reader, line, code, text);
	case LINES_END:
		line->number = 0;
		result = postal_end(reader, code, text);
		return result == POSTAL_NOTHING ? POSTAL_END : result;
	case LINES_ERROR:
		break;
	}
	*code = "unreadable";
	return answer(POSTAL_REFUSED, text, "the file cannot be read: %s",
		      strerror(errno));
}

/* Tells columns that the line, split, has not once. */
static void
tell_columns(struct postal_reader *reader, const struct postal_layout *layout,
	     struct buffer *why)
{
	size_t at, told = 0;

	if (reader->fields.count == 1) {
		buffer_printf(why, "no \"%s\" in it",
			      layout->delimiter == '\t'
				      ? "tab"
				      : (const char[]){layout->delimiter, 0});
		return;
	}
	for (size_t i = 0; i < POSTAL_FIELDS; i++)
		for (size_t p = 0; p < layout->fields[i].count; p++) {
			const struct postal_part *part =
				&layout->fields[i].parts[p];
			size_t found = find_column(reader, part, &at);

			if (found == 1)
				continue;
			buffer_puts(why, told++ ? ", " : "");
			buffer_puts(why,
				    found ? "a second column " : "no column ");
			if (part->column)
				buffer_append(why, part->column,
					      part->column_len);
			else
				buffer_printf(why, "%zu", part->number);
		}
}

/* Tells why a line is no row. */
static void
tell_row(struct postal_reader *reader, const struct postal_layout *layout,
	 const struct line *line, struct buffer *why)
{
	char *values[POSTAL_FIELDS] = {0};
	const char *code;
	char text[160];

	if (read_values(reader, layout, line, values, &code, text) !=
	    POSTAL_ROW)
		buffer_printf(why, "line %lu %s", line->number, text);
	else if (!postal_values_look(values))
		buffer_printf(why,
			      "line %lu has no number and date, or order, "
			      "where they should be",
			      line->number);
}

void
postal_misfit(const struct postal_options *options,
	      const struct postal_layout *layout, const struct line *line,
	      struct buffer *why)
{
	struct postal_reader *reader = postal_open(options);
	const char *own;
	bool decoded;
	size_t offset;

	if (!reader)
		return;
	own = encoding_of(reader, layout);
	use_encoding(reader, "UTF-8");
	decoded = decode_line(reader, line, &offset);
	if (!decoded || !postal_layout_named(layout)) {
		use_encoding(reader, own);
		decoded = decode_line(reader, line, &offset);
	}
	if (line->has_nul)
		buffer_printf(why, "line %lu holds NUL bytes, as UTF-16 does",
			      line->number);
	else if (!decoded)
		buffer_printf(why, "line %lu is not in %s", line->number, own);
	else if (!postal_layout_named(layout))
		tell_row(reader, layout, line, why);
	else if (!split(reader, layout))
		buffer_printf(why, "line %lu: its quotes do not match",
			      line->number);
	else
		tell_columns(reader, layout, why);
	postal_close(reader);
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
	buffer_free(&reader->piece);
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
				snprintf(date, 11, "%04u-%02u-%02u",
					 (unsigned)year % 10000u,
					 (unsigned)month % 100u,
					 (unsigned)day % 100u);
				found = true;
			}
		}
		name += digits ? digits : 1;
	}
	return found;
}
