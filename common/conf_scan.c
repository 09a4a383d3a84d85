/*
 * The text of a configuration file before libconfig sees it: see
 * conf_scan.h.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "conf_scan.h"

struct scan {
	const char *at, *end;
	const char *copied; /* the text has everything before this */
	int depth;          /* of braces */
	/* The line, the outermost group we are in, the last name seen. */
	struct conf_place place;
};

static bool
scan_starts(const struct scan *scan, const char *prefix)
{
	size_t len = strlen(prefix);

	return (size_t)(scan->end - scan->at) >= len &&
	       memcmp(scan->at, prefix, len) == 0;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       is_digit(c) || c == '_' || c == '-' || c == '*';
}

static void
scan_line_comment(struct scan *scan)
{
	while (scan->at < scan->end && *scan->at != '\n')
		scan->at++;
}

static void
scan_block_comment(struct scan *scan)
{
	for (scan->at += 2; scan->at < scan->end; scan->at++) {
		if (scan_starts(scan, "*/")) {
			scan->at += 2;
			return;
		}
		if (*scan->at == '\n')
			scan->place.line++;
	}
}

/* false at an escaped NUL, which would end the string early. */
static bool
scan_string(struct scan *scan)
{
	for (scan->at++; scan->at < scan->end; scan->at++) {
		if (*scan->at == '"') {
			scan->at++;
			return true;
		}
		if (scan_starts(scan, "\\x00") || scan_starts(scan, "\\X00"))
			return false;
		if (*scan->at == '\\' && scan->at + 1 < scan->end)
			scan->at++;
		if (*scan->at == '\n')
			scan->place.line++;
	}
	return true;
}

static void
scan_name(struct scan *scan)
{
	size_t len = 0;

	while (scan->at < scan->end && is_name(*scan->at)) {
		if (len < sizeof(scan->place.name) - 1)
			scan->place.name[len++] = *scan->at;
		scan->at++;
	}
	scan->place.name[len] = '\0';
}

static void
scan_brace(struct scan *scan)
{
	if (*scan->at++ == '}') {
		if (scan->depth > 0 && --scan->depth == 0)
			scan->place.group[0] = '\0';
		return;
	}
	if (scan->depth++ == 0)
		memcpy(scan->place.group, scan->place.name,
		       sizeof(scan->place.group));
}

enum scan_number { NUMBER_FITS, NUMBER_NEEDS_L, NUMBER_TOO_LARGE };

/* Judges a number and moves past it. */
static enum scan_number
scan_number(struct scan *scan)
{
	const char *start = scan->at;
	bool negative = *start == '-';
	const char *digits = start + (*start == '-' || *start == '+');
	bool hex = digits[0] == '0' && (digits[1] | 0x20) == 'x';
	unsigned long long number;
	bool wide;
	char *end;

	errno = 0;
	number = strtoull(digits, &end, hex ? 16 : 10);
	scan->at = end;
	if (!hex && (*end == '.' || (*end | 0x20) == 'e')) {
		while (scan->at < scan->end &&
		       (is_name(*scan->at) || *scan->at == '.' ||
			*scan->at == '+'))
			scan->at++;
		return NUMBER_FITS;
	}
	wide = *end == 'L';
	while (*scan->at == 'L')
		scan->at++;
	if (errno == ERANGE || number > (unsigned long long)LLONG_MAX)
		return NUMBER_TOO_LARGE;
	if (wide || number <= (unsigned long long)INT_MAX + negative)
		return NUMBER_FITS;
	return NUMBER_NEEDS_L;
}

static const char *
scan_digits(struct scan *scan, struct buffer *text)
{
	switch (scan_number(scan)) {
	case NUMBER_FITS:
		break;
	case NUMBER_NEEDS_L:
		buffer_append(text, scan->copied,
			      (size_t)(scan->at - scan->copied));
		buffer_putc(text, 'L');
		scan->copied = scan->at;
		break;
	case NUMBER_TOO_LARGE:
		return "the number is too large";
	}
	return NULL;
}

/* Moves past one token. */
static const char *
scan_token(struct scan *scan, struct buffer *text)
{
	char c = *scan->at;

	if (c == '\n') {
		scan->place.line++;
		scan->at++;
	} else if (c == '#' || scan_starts(scan, "//")) {
		scan_line_comment(scan);
	} else if (scan_starts(scan, "/*")) {
		scan_block_comment(scan);
	} else if (c == '"') {
		if (!scan_string(scan))
			return "a NUL inside a string";
	} else if (scan_starts(scan, "@include")) {
		scan->place.group[0] = scan->place.name[0] = '\0';
		return "@include is not allowed here";
	} else if (c == '{' || c == '}') {
		scan_brace(scan);
	} else if (is_digit(c) ||
		   ((c == '-' || c == '+') && is_digit(scan->at[1]))) {
		return scan_digits(scan, text);
	} else if (is_name(c)) {
		scan_name(scan);
	} else {
		scan->at++;
	}
	return NULL;
}

static unsigned long
line_of(const char *start, const char *at)
{
	unsigned long line = 1;

	for (; start < at; start++)
		line += *start == '\n';
	return line;
}

const char *
conf_scan(const struct buffer *raw, struct buffer *text,
	  struct conf_place *place)
{
	struct scan scan = {.at = raw->data,
			    .end = raw->data + raw->len,
			    .copied = raw->data,
			    .place = {.line = 1}};
	const char *wrong = NULL, *nul = memchr(raw->data, '\0', raw->len);

	*place = (struct conf_place){0};
	if (nul) {
		place->line = line_of(raw->data, nul);
		return "a NUL byte: this is no text file";
	}
	while (!wrong && scan.at < scan.end)
		wrong = scan_token(&scan, text);
	buffer_append(text, scan.copied, (size_t)(scan.end - scan.copied));
	*place = scan.place;
	return wrong;
}
