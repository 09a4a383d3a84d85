/*
 * Forms (application/x-www-form-urlencoded), strictly: what a browser would
 * not write is no form.
 */
#include <string.h>
#include <strings.h>

#include "hex.h"
#include "mem.h"
#include "scheme_private.h"

/* No service's notice has as many fields. */
#define PAIRS_MAX 256

/* Decodes into out, which has room for len bytes. Returns how many, or -1. */
static ssize_t
decode(const char *bytes, size_t len, char *out)
{
	char *at = out;

	for (size_t i = 0; i < len; i++) {
		int high, low;

		if (bytes[i] != '%') {
			*at++ = bytes[i] == '+' ? ' ' : bytes[i];
			continue;
		}
		if (len - i < 3)
			return -1;
		high = hex_digit(bytes[i + 1]);
		low = hex_digit(bytes[i + 2]);
		if (high < 0 || low < 0)
			return -1;
		*at++ = (char)(high << 4 | low);
		i += 2;
	}
	return at - out;
}

/* tolower() asks the locale. */
static int
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

static int
compare_names(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t len = a_len < b_len ? a_len : b_len;

	for (size_t i = 0; i < len; i++) {
		int c = lower(a[i]), d = lower(b[i]);

		if (c != d)
			return c - d;
	}
	return (a_len > b_len) - (a_len < b_len);
}

int
scheme_pair_compare(const void *a, const void *b)
{
	const struct scheme_pair *x = a, *y = b;
	int order = compare_names(x->name, x->name_len, y->name, y->name_len);

	if (order != 0 || x->name_len == 0)
		return order;
	return memcmp(x->name, y->name, x->name_len);
}

bool
scheme_pair_is(const struct scheme_pair *pair, const char *name)
{
	return compare_names(pair->name, pair->name_len, name, strlen(name)) ==
	       0;
}

/* Decodes "name=value", of len bytes, to *to and moves that on. */
static bool
add_pair(struct scheme_form *form, const char *bytes, size_t len, char **to)
{
	const char *equals = len ? memchr(bytes, '=', len) : NULL;
	struct scheme_pair *pair;
	ssize_t name_len, value_len;

	if (!equals || equals == bytes || form->count == PAIRS_MAX)
		return false;
	pair = &form->pairs[form->count];
	pair->name = *to;
	name_len = decode(bytes, (size_t)(equals - bytes), *to);
	if (name_len < 0)
		return false;
	*to += name_len;
	pair->value = *to;
	value_len = decode(equals + 1, len - (size_t)(equals - bytes) - 1, *to);
	if (value_len < 0)
		return false;
	*to += value_len;
	pair->name_len = (size_t)name_len;
	pair->value_len = (size_t)value_len;
	form->count++;
	return true;
}

enum scheme_form_state
scheme_form_parse(struct scheme_form *form, const char *bytes, size_t len)
{
	const char *end = bytes + len;
	char *to;

	*form = (struct scheme_form){
		.pairs = mem_alloc(PAIRS_MAX, sizeof *form->pairs),
		.bytes = mem_alloc(len, 1),
	};
	to = form->bytes;
	for (;;) {
		const char *amp = len ? memchr(bytes, '&', len) : NULL;

		if (!add_pair(form, bytes, amp ? (size_t)(amp - bytes) : len,
			      &to))
			return SCHEME_FORM_BROKEN;
		if (!amp)
			break;
		bytes = amp + 1;
		len = (size_t)(end - bytes);
	}
	qsort(form->pairs, form->count, sizeof *form->pairs,
	      scheme_pair_compare);
	for (size_t i = 1; i < form->count; i++) {
		const struct scheme_pair *pair = &form->pairs[i];

		if (compare_names(pair[-1].name, pair[-1].name_len, pair->name,
				  pair->name_len) == 0)
			return SCHEME_FORM_REPEATED;
	}
	return SCHEME_FORM_GOOD;
}

void
scheme_form_free(struct scheme_form *form)
{
	mem_free(form->pairs);
	mem_free(form->bytes);
	*form = (struct scheme_form){0};
}

const struct scheme_pair *
scheme_form_find(const struct scheme_form *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++)
		if (scheme_pair_is(&form->pairs[i], name))
			return &form->pairs[i];
	return NULL;
}

bool
scheme_is_form(const char *content_type)
{
	static const char form[] = "application/x-www-form-urlencoded";
	size_t len = sizeof form - 1;

	if (!content_type || !*content_type)
		return true;
	return strncasecmp(content_type, form, len) == 0 &&
	       strchr("; \t", content_type[len]) != NULL;
}
