/*
 * The booking of one postal file: its rows go into a staging table by COPY;
 * recard.book_tracking() judges and applies them as one set, in the same
 * transaction, which is the caller's.
 */
#ifndef RECARD_POSTAL_IMPORT_H
#define RECARD_POSTAL_IMPORT_H

#include "daemon.h"

struct lines;
struct postal_reader;

struct postal_import {
	const char *name;      /* as it is booked */
	const char *layout;    /* NULL: tracking.layout */
	struct lines *lines;   /* the caller's */
	struct report *report; /* rows, and those that are rejected */
	bool refused;          /* as a whole; the report says why */
	/* Its own. */
	struct postal_reader *reader;
	char date[32];
};

/* Gets ready to read a file: of rows without a date, the name's date or that
 * of its age is the posting date. False when the settings in force name no
 * layout, which is logged. Ends with postal_import_close(). */
bool postal_import_open(struct postal_import *import, int64_t mtime_ns);
/* Copies the rows. Unless it gives DB_OK and the import is not refused,
 * nothing of it may be committed. */
enum db_status postal_import_copy(struct daemon_context *ctx,
				  struct postal_import *import);
/* Books what was copied; *result has BOOKING_COLUMNS. */
enum db_status postal_import_book(struct daemon_context *ctx,
				  const struct postal_import *import,
				  const char *digest, size_t size,
				  struct db_result **result);
void postal_import_close(struct postal_import *import);

#endif
