/*
 * Reads character sets: see characters.h.
 */
#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "characters.h"
#include "charset.h"
#include "lines.h"
#include "mem.h"

#define LAST 0x10ffff
#define LINE_BYTES 65536

/* One bit for each code point. */
struct set {
	unsigned char bits[LAST / 8 + 1];
	bool any;
};

static bool
add(struct set *set, long first, long last)
{
	if (first < 0 || last > LAST || first > last)
		return false;
	for (long c = first; c <= last; c++)
		if (!charset_forbidden(c))
			set->bits[c / 8] |= (unsigned char)(1 << c % 8);
	set->any = true;
	return true;
}

/* "U+4E00" at *text, which moves behind it; -1 when it is none. */
static long
code_point(const char **text)
{
	char *end;
	long code;

	if (strncmp(*text, "U+", 2) != 0 ||
	    !strchr("0123456789ABCDEFabcdef", (*text)[2]) || !(*text)[2])
		return -1;
	errno = 0;
	code = strtol(*text + 2, &end, 16);
	*text = end;
	return errno == 0 && code <= LAST ? code : -1;
}

/* Code points and ranges with blanks between. */
static const char *
read_points(struct set *set, const char *text)
{
	for (text += strspn(text, " \t"); *text; text += strspn(text, " \t")) {
		long first = code_point(&text), last = first;

		if (first >= 0 && *text == '-') {
			text++;
			last = code_point(&text);
		}
		if (first < 0 || last < 0 || (*text && !strchr(" \t", *text)))
			return "not a code point like U+4E00 or a range like "
			       "U+4E00-U+9FFF";
		if (!add(set, first, last))
			return "the range ends before it begins";
	}
	return NULL;
}

static const char *
read_characters(struct set *set, const char *text)
{
	const char *end = text + strlen(text);

	while (text < end) {
		long c = charset_utf8_next(&text, end);

		if (c < 0)
			return "not UTF-8";
		if (charset_forbidden(c))
			return "a control or invisible character";
		(void)add(set, c, c);
	}
	return NULL;
}

/* Everything that the encoding can write. */
static const char *
read_encoding(struct set *set, const char *name)
{
	iconv_t to = iconv_open(name, "UTF-32LE");

	if (to == (iconv_t)-1)
		return "iconv knows no such encoding";
	for (long c = 0x20; c <= LAST; c++) {
		unsigned char from[4] = {c & 0xff, c >> 8 & 0xff, c >> 16, 0};
		char bytes[16], *in = (char *)from, *out = bytes;
		size_t left = sizeof(from), room = sizeof(bytes);

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		(void)iconv(to, NULL, NULL, NULL, NULL);
		if (iconv(to, &in, &left, &out, &room) == 0)
			(void)add(set, c, c);
	}
	iconv_close(to);
	return NULL;
}

static const char *
read_line(struct set *set, char *text)
{
	static const char encoding[] = "encoding ",
			  characters[] = "characters ";

	if (*text == '#' || !*text)
		return NULL;
	if (strncmp(text, encoding, strlen(encoding)) == 0)
		return read_encoding(set, text + strlen(encoding));
	if (strncmp(text, characters, strlen(characters)) == 0)
		return read_characters(set, text + strlen(characters));
	return read_points(set, text);
}

static char *
ranges(const struct set *set)
{
	struct buffer text = {0};
	long first = -1;
	char *copy;

	buffer_putc(&text, '{');
	for (long c = 0; c <= LAST + 1; c++) {
		bool in = c <= LAST && set->bits[c / 8] >> c % 8 & 1;

		if (in && first < 0)
			first = c;
		if (in || first < 0)
			continue;
		buffer_printf(&text, "%s[%ld,%ld)", text.len > 1 ? "," : "",
			      first, c);
		first = -1;
	}
	buffer_putc(&text, '}');
	copy = mem_strndup(text.data, text.len);
	buffer_free(&text);
	return copy;
}

char *
characters_read(const char *bytes, size_t len, char **error)
{
	struct set *set = mem_alloc(1, sizeof(*set));
	struct lines *lines = lines_open_memory(bytes, len, LINE_BYTES);
	const char *why = NULL;
	struct line line = {0};
	enum lines_result got;
	char *text = NULL;

	while (!why && (got = lines_next(lines, &line)) != LINES_END) {
		if (got != LINES_LINE) {
			why = "longer than 64 KiB";
			break;
		}
		text = mem_strndup(line.data, line.len);
		if (strlen(text) != line.len)
			why = "a NUL byte";
		else
			why = read_line(set, text);
		mem_free(text);
	}
	*error = why ? mem_printf("%lu: %s", line.number, why) : NULL;
	if (!why && !set->any)
		*error = mem_strdup("1: the file names no characters");
	text = *error ? NULL : ranges(set);
	lines_close(lines);
	mem_free(set);
	return text;
}
