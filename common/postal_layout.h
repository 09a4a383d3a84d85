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

enum { POSTAL_PARTS = 8 };

/* A piece of a line. */
struct postal_part {
	const char *column; /* delimited: its name, column_len bytes, not
			       ended by a NUL; NULL: by its number */
	size_t column_len;
	size_t number; /* delimited: the column, from 1 */
	size_t offset; /* fixed width, in bytes */
	size_t length;
};

/* Where a field stands: parts that are read as one. None: nowhere. */
struct postal_place {
	struct postal_part parts[POSTAL_PARTS];
	size_t count;
};

struct postal_layout {
	const char *name;
	const char *encoding; /* iconv name; NULL: the list encoding */
	char delimiter;       /* 0: fixed width */
	bool trim;            /* values are taken as people write them */
	bool take_unended;    /* the last line may lack its LF */
	int header_lines;     /* before the column names, or the first row */
	const char *trailer;  /* lines that begin so are no rows; NULL: none */
	struct postal_part trailer_count; /* where it counts the rows; all
					     zero: it does not */
	size_t least; /* fixed width: bytes of a whole line; delimited
			 without column names: columns */
	struct postal_place fields[POSTAL_FIELDS];
};

/* What the configuration calls a field. */
const char *postal_field_name(enum postal_field field);
/* Whether a line of the file names the columns. */
bool postal_layout_named(const struct postal_layout *layout);
/* Whether its trailer counts the rows. */
bool postal_layout_counts(const struct postal_layout *layout);
/* How far its fields reach: bytes, or columns that are known by number. */
size_t postal_layout_reach(const struct postal_layout *layout);
/* Rows of a layout tell events of letters, or else their numbers. */
bool postal_layout_events(const struct postal_layout *layout);

struct postal_layouts {
	struct postal_layout *layouts;
	size_t count;
};

/* One block of tracking.layouts. */
extern const struct conf_setting postal_layout_settings[];
struct postal_layout_settings {
	char *name, *encoding, *delimiter, *unended, *trailer, *trailer_count;
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
