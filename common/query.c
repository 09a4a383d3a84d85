/*
 * Forms and addresses: see query.h.
 */
#include <string.h>

#include "charset.h"
#include "hex.h"
#include "mem.h"
#include "query.h"

/* One name or value, decoded; NULL when it is none. */
static char *
decode(const char *bytes, size_t len)
{
	char *text = mem_alloc(len + 1, 1);
	size_t used = 0, offset;

	for (size_t i = 0; i < len; i++) {
		char c = bytes[i];

		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int high = i + 2 < len ? hex_digit(bytes[i + 1]) : -1;
			int low = i + 2 < len ? hex_digit(bytes[i + 2]) : -1;

			if (high < 0 || low < 0)
				goto bad;
			c = (char)(high << 4 | low);
			i += 2;
		}
		if (!c)
			goto bad;
		/* Forms end lines by CR LF. */
		if (c == '\n' && used > 0 && text[used - 1] == '\r')
			used--;
		text[used++] = c;
	}
	if (charset_utf8_ok(text, used, &offset))
		return text;
bad:
	mem_free(text);
	return NULL;
}

static bool
has(const struct query *query, const char *name)
{
	for (size_t i = 0; i < query->count; i++)
		if (strcmp(query->pairs[i].name, name) == 0)
			return true;
	return false;
}

static bool
read_pair(struct query *query, const char *bytes, size_t len)
{
	const char *equals = memchr(bytes, '=', len);
	size_t name_len = equals ? (size_t)(equals - bytes) : len;
	char *name, *value = NULL;

	if (query->count == QUERY_MOST)
		return false;
	name = decode(bytes, name_len);
	if (name && (!has(query, name) || strcmp(name, QUERY_MANY) == 0))
		value = equals ? decode(equals + 1, len - name_len - 1)
			       : mem_strdup("");
	if (!value) {
		mem_free(name);
		return false;
	}
	query->pairs[query->count].name = name;
	query->pairs[query->count].value = value;
	query->count++;
	return true;
}

bool
query_read(struct query *query, const char *bytes, size_t len)
{
	size_t at = 0;

	query->count = 0;
	while (at < len) {
		const char *end = memchr(bytes + at, '&', len - at);
		size_t piece = end ? (size_t)(end - bytes) - at : len - at;

		if (piece > 0 && !read_pair(query, bytes + at, piece)) {
			query_free(query);
			return false;
		}
		at += piece + 1;
	}
	return true;
}

void
query_free(struct query *query)
{
	for (size_t i = 0; i < query->count; i++) {
		mem_free(query->pairs[i].name);
		mem_free(query->pairs[i].value);
	}
	query->count = 0;
}

const char *
query_value(const struct query *query, const char *name)
{
	return query_nth(query, name, 0);
}

size_t
query_count(const struct query *query, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < query->count; i++)
		count += strcmp(query->pairs[i].name, name) == 0;
	return count;
}

const char *
query_nth(const struct query *query, const char *name, size_t nth)
{
	for (size_t i = 0; i < query->count; i++)
		if (strcmp(query->pairs[i].name, name) == 0 && nth-- == 0)
			return query->pairs[i].value;
	return "";
}

bool
query_is_here(const char *address)
{
	/* "//host" and "/\host" lead elsewhere. */
	if (*address != '/' || address[1] == '/' || address[1] == '\\')
		return false;
	for (; *address; address++)
		if (*address <= ' ' || *address > '~')
			return false;
	return true;
}

static void
encode(struct buffer *out, const char *text)
{
	for (; *text; text++)
		if ((*text >= '0' && *text <= '9') ||
		    (*text >= 'A' && *text <= 'Z') ||
		    (*text >= 'a' && *text <= 'z') || strchr("-._~", *text))
			buffer_putc(out, *text);
		else
			buffer_printf(out, "%%%02X", (unsigned char)*text);
}

void
query_put(struct buffer *out, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	buffer_putc(out, out->data && strchr(out->data, '?') ? '&' : '?');
	encode(out, name);
	buffer_putc(out, '=');
	encode(out, value);
}
