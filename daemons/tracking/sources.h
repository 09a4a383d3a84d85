/*
 * What recard-tracking tells the database of its sources (tracking_sources) and
 * hears from it: which there are, which file came from which, and which has not
 * given what is expected of it.
 */
#ifndef RECARD_SOURCES_H
#define RECARD_SOURCES_H

#include "daemon.h"

/* After each connect: makes the sources known as they are configured. */
enum db_status sources_register(struct daemon_context *ctx);
/* Notes where a file came from, in the transaction that books it. what: "done",
 * "rejected", or "known" when its bytes were booked before. */
enum db_status sources_note(struct daemon_context *ctx,
			    const struct spool_file *file, const char *what);
/* Tells which sources' files are absent at their hour, and when they have
 * come. */
enum work_outcome sources_watch(struct daemon_context *ctx);

#endif
