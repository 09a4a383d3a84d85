/*
 * Layouts of postal files: which column, or which bytes of a line, say what.
 * Four are shipped; more come from the configuration.
 */
#ifndef RECARD_POSTAL_LAYOUT_H
#define RECARD_POSTAL_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "conf.h"

enum postal_field {
	POSTAL_ORDER_NO,
	POSTAL_TRACKING_NO,
	POSTAL_POSTED_ON,
	POSTAL_MAIL_TYPE,
	POSTAL_WEIGHT,
	POSTAL_POSTAGE,
	POSTAL_EVENT,
	POSTAL_EVENT_AT,
	POSTAL_OFFICE,
	POSTAL_REASON,
	POSTAL_FIELDS
};

/* Where a field stands; all zero: nowhere. */
struct postal_place {
	const char *column; /* delimited: its name in the header */
	size_t offset;      /* fixed width, in bytes */
	size_t length;
};

struct postal_layout {
	const char *name;
	const char *encoding; /* iconv name; NULL: the list encoding */
	char delimiter;       /* 0: fixed width */
	bool trim;            /* blanks and tabs around values are nothing */
	int header_lines;     /* fixed width: lines before the first row */
	const char *trailer;  /* lines that begin so are no rows; NULL: none */
	size_t least;         /* fixed width: bytes of a whole line */
	struct postal_place fields[POSTAL_FIELDS];
};

/* Rows of a layout tell events of letters, or else their numbers. */
bool postal_layout_events(const struct postal_layout *layout);

struct postal_layouts {
	struct postal_layout *layouts;
	size_t count;
};

/* One block of tracking.layouts. */
extern const struct conf_setting postal_layout_settings[];
struct postal_layout_settings {
	char *name, *encoding, *delimiter, *trailer;
	char **fields;
	bool trim;
	int64_t header_lines, least_bytes;
};

/* The shipped layouts and those of the records (NULL: none), which are
 * borrowed; one that has a shipped name takes its place. False with *error
 * (mem_free), which names block and setting. */
bool postal_layouts_new(const struct conf_records *records,
			struct postal_layouts *layouts, char **error);
void postal_layouts_free(struct postal_layouts *layouts);
/* NULL when there is none of that name. */
const struct postal_layout *
postal_layouts_find(const struct postal_layouts *layouts, const char *name);

#endif
