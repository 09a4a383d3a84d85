/*
 * Files that are part of a program, such as the schema's SQL in recardctl and
 * the style sheet in recard-console: turned into C by scripts/embed_files.
 * Sorted by name.
 */
#ifndef RECARD_EMBEDDED_H
#define RECARD_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
	const char *name; /* "common/sql/roles.sql"; NULL ends the table */
	const char *data; /* NUL-terminated */
	size_t len;
};

extern const struct embedded_file embedded_files[];

#endif
