/*
 * What forms and addresses carry: "name=value&name=value", percent-encoded.
 * Pure.
 */
#ifndef RECARD_QUERY_H
#define RECARD_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

#define QUERY_MOST 32

struct query {
	struct {
		char *name, *value;
	} pairs[QUERY_MOST];
	size_t count;
};

/* Reads len bytes. False, and nothing to free, when there is more than
 * QUERY_MOST, a name twice, a bad escape, a NUL, or no UTF-8. */
bool query_read(struct query *query, const char *bytes, size_t len);
void query_free(struct query *query);
/* "" when it has no such name. */
const char *query_value(const struct query *query, const char *name);

/* Appends "?name=value", or "&name=value" when out has a "?" already; nothing
 * when the value is empty or NULL. */
void query_put(struct buffer *out, const char *name, const char *value);

#endif
