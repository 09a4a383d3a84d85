/*
 * What forms and addresses carry: "name=value&name=value", percent-encoded.
 * Pure.
 */
#ifndef RECARD_QUERY_H
#define RECARD_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

#define QUERY_MOST 256
/* The one name that may stand there several times: of what is chosen. */
#define QUERY_MANY "on"

struct query {
	struct {
		char *name, *value;
	} pairs[QUERY_MOST];
	size_t count;
};

/* Reads len bytes. False, and nothing to free, when there is more than
 * QUERY_MOST, another name than QUERY_MANY twice, a bad escape, a NUL, or no
 * UTF-8. */
bool query_read(struct query *query, const char *bytes, size_t len);
void query_free(struct query *query);
/* The first value; "" when it has no such name. */
const char *query_value(const struct query *query, const char *name);
size_t query_count(const struct query *query, const char *name);
/* The nth value from 0; "" when there are not so many. */
const char *query_nth(const struct query *query, const char *name, size_t nth);
/* Whether an address, with its query, leads to this site: a path that stands
 * as it is in a header. */
bool query_is_here(const char *address);

/* Appends "?name=value", or "&name=value" when out has a "?" already; nothing
 * when the value is empty or NULL. */
void query_put(struct buffer *out, const char *name, const char *value);

#endif
