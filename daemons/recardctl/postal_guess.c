/*
 * What can be told of a postal file: see postal_guess.h.
 */
#include <string.h>

#include "buffer.h"
#include "charset.h"
#include "fields.h"
#include "lines.h"
#include "mem.h"
#include "postal_guess.h"
#include "postal_layout.h"

enum { ENCODINGS = 3, KEPT = 100 };

static const char *const encodings[ENCODINGS] = {"UTF-8", "CP950",
						 "BIG5-HKSCS"};

/* A line as it was, and in UTF-8. */
struct kept {
	struct line line;
	struct buffer bytes, text;
};

struct postal_guess {
	struct charset *charsets[ENCODINGS];
	unsigned long wrong[ENCODINGS]; /* first line not in it; 0: none */
	bool ascii, marked;
	size_t shortest, longest;
	unsigned long lines;
	struct kept kept[KEPT];
	size_t count;
	struct buffer scratch;
	struct fields fields;
};

const struct output_column postal_guess_columns[] = {
	{"about", "ABOUT", OUTPUT_TEXT},
	{"name", "NAME", OUTPUT_TEXT},
	{"value", "VALUE", OUTPUT_TEXT},
	{0}};

struct postal_guess *
postal_guess_new(void)
{
	struct postal_guess *guess = mem_alloc(1, sizeof *guess);

	for (size_t i = 0; i < ENCODINGS; i++)
		guess->charsets[i] = charset_open(encodings[i], "UTF-8");
	guess->ascii = true;
	return guess;
}

/* Decodes; false when the bytes are not all characters of the encoding, or
 * the system does not know it. */
static bool
decode(struct postal_guess *guess, size_t encoding, const char *bytes,
       size_t len, struct buffer *text)
{
	size_t offset;

	buffer_clear(text);
	buffer_puts(text, "");
	return guess->charsets[encoding] &&
	       charset_convert(guess->charsets[encoding], bytes, len, text,
			       &offset) == 0;
}

static bool
is_ascii(const struct line *line)
{
	for (size_t i = 0; i < line->len; i++)
		if ((unsigned char)line->data[i] >= 0x80)
			return false;
	return true;
}

void
postal_guess_line(struct postal_guess *guess, const struct line *line)
{
	if (guess->lines++ == 0) {
		guess->marked = line->offset > 0;
		guess->shortest = line->len;
	}
	if (line->len < guess->shortest)
		guess->shortest = line->len;
	if (line->len > guess->longest)
		guess->longest = line->len;
	if (!is_ascii(line)) {
		guess->ascii = false;
		for (size_t i = 0; i < ENCODINGS; i++)
			if (!guess->wrong[i] &&
			    !decode(guess, i, line->data, line->len,
				    &guess->scratch))
				guess->wrong[i] = line->number;
	}
	if (guess->count < KEPT) {
		struct kept *kept = &guess->kept[guess->count++];

		buffer_puts(&kept->bytes, "");
		buffer_append(&kept->bytes, line->data, line->len);
		kept->line = *line;
		kept->line.data = kept->bytes.data;
	}
}

const char *
postal_guess_encoding(const struct postal_guess *guess, const char *other)
{
	for (size_t i = 0; i < ENCODINGS && !guess->ascii; i++)
		if (!guess->wrong[i] && strcmp(encodings[i], other) != 0)
			return encodings[i];
	return NULL;
}

static void
put(struct output *out, const char *about, const char *name, const char *value)
{
	output_text(out, about);
	output_text(out, name);
	output_text(out, value);
}

static void
tell_encodings(const struct postal_guess *guess, struct output *out)
{
	for (size_t i = 0; i < ENCODINGS; i++) {
		char *wrong = mem_printf("not line %lu", guess->wrong[i]);

		put(out, "encoding", encodings[i],
		    guess->wrong[i] ? wrong
		    : guess->ascii  ? "all of it is ASCII"
		    : i == 0 && guess->marked
			    ? "every line, after a byte order mark"
			    : "every line");
		mem_free(wrong);
	}
}

/* The kept lines in UTF-8, in the first encoding that every line is in. */
static bool
decode_kept(struct postal_guess *guess)
{
	size_t encoding = 0;

	while (encoding < ENCODINGS && guess->wrong[encoding])
		encoding++;
	for (size_t i = 0; encoding < ENCODINGS && i < guess->count; i++) {
		struct kept *kept = &guess->kept[i];

		if (!decode(guess, encoding, kept->line.data, kept->line.len,
			    &kept->text))
			return false;
	}
	return encoding < ENCODINGS;
}

/* Columns of a kept line; 0 when its quotes do not match. */
static size_t
columns_of(struct postal_guess *guess, size_t line, char delimiter)
{
	const struct buffer *text = &guess->kept[line].text;

	if (fields_split(&guess->fields, text->data, text->len, delimiter) != 0)
		return 0;
	return guess->fields.count;
}

/* The number of columns that most kept lines have, and how many those are. */
static size_t
usual_columns(struct postal_guess *guess, char delimiter, size_t *lines)
{
	size_t counts[KEPT], usual = 0;

	*lines = 0;
	for (size_t i = 0; i < guess->count; i++) {
		size_t same = 0;

		counts[i] = columns_of(guess, i, delimiter);
		for (size_t k = 0; k <= i; k++)
			same += counts[k] == counts[i];
		if (counts[i] > 1 && same > *lines) {
			usual = counts[i];
			*lines = same;
		}
	}
	return usual;
}

static size_t
digits_in(const char *text)
{
	size_t digits = 0;

	for (; *text; text++)
		digits += *text >= '0' && *text <= '9';
	return digits;
}

/* Whether the columns of the kept line are names, not somebody's data: none
 * is empty or holds a number, and a line below has one. */
static bool
names_columns(struct postal_guess *guess, size_t line, char delimiter)
{
	size_t columns = columns_of(guess, line, delimiter), below;

	for (size_t c = 0; c < columns; c++)
		if (!*guess->fields.values[c] ||
		    digits_in(guess->fields.values[c]) > 2)
			return false;
	if (columns == 0 || line + 1 == guess->count)
		return false;
	below = columns_of(guess, line + 1, delimiter);
	for (size_t c = 0; c < below && below == columns; c++)
		if (digits_in(guess->fields.values[c]) >= 6)
			return true;
	return false;
}

/* 9 for a digit, A and a for letters, 字 for what is not ASCII. */
static void
put_shape(struct buffer *out, const char *text)
{
	enum { MOST = 40 };
	const char *end = text + strlen(text);

	for (int count = 0; text < end; count++) {
		long c = charset_utf8_next(&text, end);

		if (count == MOST) {
			buffer_puts(out, "...");
			return;
		}
		if (c >= '0' && c <= '9')
			buffer_putc(out, '9');
		else if (c >= 'A' && c <= 'Z')
			buffer_putc(out, 'A');
		else if (c >= 'a' && c <= 'z')
			buffer_putc(out, 'a');
		else if (c >= ' ' && c < 0x7f)
			buffer_putc(out, (char)c);
		else if (c < 0x80)
			buffer_putc(out, '?');
		else
			buffer_puts(out, "字");
	}
}

static void
tell_columns(struct postal_guess *guess, char delimiter, size_t columns,
	     struct output *out)
{
	struct buffer shape = {0};
	size_t line = 0;
	bool names;

	while (columns_of(guess, line, delimiter) != columns)
		line++;
	names = names_columns(guess, line, delimiter);
	columns_of(guess, line, delimiter);
	for (size_t c = 0; c < columns; c++) {
		char *name = mem_printf("#%zu", c + 1);

		buffer_clear(&shape);
		buffer_puts(&shape, "");
		if (names)
			buffer_puts(&shape, guess->fields.values[c]);
		else
			put_shape(&shape, guess->fields.values[c]);
		put(out, names ? "column" : "shape", name, shape.data);
		mem_free(name);
	}
	buffer_free(&shape);
}

static void
tell_division(struct postal_guess *guess, struct output *out)
{
	static const char delimiters[] = ",|\t;";
	size_t best = 0, columns = 0;
	char delimiter = 0, *value;

	for (const char *d = delimiters; *d && decode_kept(guess); d++) {
		size_t lines, usual = usual_columns(guess, *d, &lines);

		if (lines > best || (lines == best && usual > columns)) {
			best = lines;
			columns = usual;
			delimiter = *d;
		}
	}
	/* A comma in one line of many divides none. */
	if (best * 2 > guess->count) {
		const char name[] = {delimiter, '\0'};

		value = mem_printf("%zu columns in %zu of %zu lines", columns,
				   best, guess->count);
		put(out, "delimiter", delimiter == '\t' ? "tab" : name, value);
		tell_columns(guess, delimiter, columns, out);
	} else {
		value = guess->shortest == guess->longest
				? mem_printf("%zu bytes in every line",
					     guess->longest)
				: mem_printf("%zu to %zu bytes in a line",
					     guess->shortest, guess->longest);
		put(out, "width", "fixed, or free text", value);
	}
	mem_free(value);
}

void
postal_guess_tell(struct postal_guess *guess,
		  const struct postal_options *options, struct output *out)
{
	struct buffer why = {0};

	tell_encodings(guess, out);
	tell_division(guess, out);
	for (size_t i = 0; i < options->layouts->count; i++) {
		const struct postal_layout *layout =
			&options->layouts->layouts[i];
		size_t first = (size_t)layout->header_lines;

		buffer_clear(&why);
		buffer_puts(&why, "");
		if (first < guess->count)
			postal_misfit(options, layout, &guess->kept[first].line,
				      &why);
		else
			buffer_puts(&why, "too few lines");
		put(out, "layout", layout->name, why.len ? why.data : "fits");
	}
	buffer_free(&why);
}

void
postal_guess_free(struct postal_guess *guess)
{
	for (size_t i = 0; i < ENCODINGS; i++)
		if (guess->charsets[i])
			charset_close(guess->charsets[i]);
	for (size_t i = 0; i < guess->count; i++) {
		buffer_free(&guess->kept[i].bytes);
		buffer_free(&guess->kept[i].text);
	}
	buffer_free(&guess->scratch);
	fields_free(&guess->fields);
	mem_free(guess);
}
