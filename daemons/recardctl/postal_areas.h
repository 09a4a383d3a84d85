/*
 * Bringing the table of postal areas up to date with etc/postal-areas.csv.
 */
#ifndef RECARD_POSTAL_AREAS_H
#define RECARD_POSTAL_AREAS_H

#include <stdint.h>

#include "db.h"

struct postal_areas {
	int64_t areas;          /* in the file */
	int64_t changed;        /* new, or different now */
	unsigned long bad_line; /* 0: none */
};

/* Within a transaction, as the schema's owner. A line that is not understood
 * (bad_line) gives DB_REFUSED. */
enum db_status postal_areas_load(struct db *db, struct postal_areas *areas);

#endif
