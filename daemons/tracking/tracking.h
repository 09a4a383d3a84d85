/*
 * recard-tracking's own: its settings and statements, for the parts of its
 * work, one file each.
 */
#ifndef RECARD_TRACKING_H
#define RECARD_TRACKING_H

#include "postal_layout.h"
#include "postal_source.h"
#include "tracking_settings.h"

#define TRACKING_KIND "tracking" /* of its imports */

extern struct tracking_settings tracking_settings;
extern struct postal_layouts tracking_layouts; /* made at start */
extern struct postal_sources tracking_sources; /* the same */

/* In the order of the statement table. */
enum {
	BOOK,
	REMARKS,
	REFUSE,
	ARCHIVE_OPEN,
	ARCHIVE_MEMBERS,
	REGISTER_SOURCES,
	SOURCE_ARRIVAL,
	SOURCE_WATCH,
	FETCH /* enum fetch_statement follows */
};

#endif
