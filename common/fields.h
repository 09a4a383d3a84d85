/*
 * The fields of one line of delimited text (RFC 4180 quoting, by libcsv).
 */
#ifndef RECARD_FIELDS_H
#define RECARD_FIELDS_H

#include <stddef.h>

struct fields {
	char **values; /* NUL-terminated copies */
	size_t count;
	size_t size;
	void *parser;
};

/* Splits line; a later call reuses the memory. 0, or -1 when the quoting is
 * broken or a NUL is inside. Start from {0}; end with fields_free(). */
int fields_split(struct fields *fields, const char *line, size_t len,
		 char delimiter);
void fields_free(struct fields *fields);

#endif
