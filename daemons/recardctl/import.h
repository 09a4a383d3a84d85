/*
 * Taking a JSONL file in, line by line: each line is one call of one SQL
 * function, and one transaction.
 */
#ifndef RECARD_IMPORT_H
#define RECARD_IMPORT_H

#include <jansson.h>

struct ctl;

struct import_kind {
	const char *name; /* "order import" */
	const char *what; /* "applications" */
	/* With the object as $1: outcome ('applied' or 'duplicate'), and
	 * warnings, comma separated or NULL. */
	const char *sql;
	/* Completes an object before it is sent. May be NULL. */
	void (*complete)(const struct ctl *ctl, json_t *object);
};

/* Imports the file of the first argument. Returns an exit code. */
int import_run(struct ctl *ctl, const struct import_kind *kind);

#endif
