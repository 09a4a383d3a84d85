/*
 * Files that are part of the program: the schema's SQL and the postal areas,
 * turned into C by scripts/embed_files. Sorted by name.
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
