/*
 * Files from the post and the mail house, in a layout of postal_layout.h:
 * tracking numbers of orders, or events of letters. Pure: a line's bytes in,
 * values or a reason out.
 */
#ifndef RECARD_POSTAL_FILE_H
#define RECARD_POSTAL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;
struct line;
struct lines;
struct postal_layout;
struct postal_layouts;
struct postal_reader;

/* Values are valid until the next line; NULL: the layout has none, or it is
 * empty. */
struct postal_row {
	const char *order_no; /* NULL: the row tells an event */
	const char *tracking_no;
	char posted_on[11]; /* ISO date */
	const char *mail_type;
	const char *weight_g;
	const char *postage;
	const char *event; /* the post's code of two characters */
	char event_at[32]; /* ISO time with offset */
	const char *office;
	const char *reason; /* why a delivery failed, as the post calls it */
};

struct postal_options {
	const struct postal_layouts *layouts;
	const char *layout;        /* of these; "auto": the one that fits */
	const char *list_encoding; /* of layouts that name none: "CP950" */
	const char *default_date;  /* ISO: posting date where the layout has
				      none */
	bool check_digits;         /* a wrong check digit rejects the row */
	bool serial_only;          /* 6-digit numbers are taken */
	int64_t now;               /* seconds since 1970, to judge dates by;
				      0: all pass */
	int64_t posted_within_s;   /* how old dates and times may be */
	int64_t dated_ahead_s;     /* and how far ahead of now */
};

enum postal_result {
	POSTAL_ROW,
	POSTAL_NOTHING,  /* header, trailer, or a blank line */
	POSTAL_REJECTED, /* this row: code and text say why */
	POSTAL_REFUSED,  /* the whole file: it is in no known layout, or is not
			    whole */
	POSTAL_END       /* of postal_next() alone: that was all of it */
};

/* NULL when the layout or the encoding is unknown. options is borrowed. */
struct postal_reader *postal_open(const struct postal_options *options);
/* Reads the next line, with its number, place in the file and whether it is
 * ended: a last line without LF is taken by some layouts only. code is a
 * constant, text is for people and names fields and places, never people. */
enum postal_result postal_read(struct postal_reader *reader,
			       const struct line *line, struct postal_row *row,
			       const char **code, char text[160]);
/* The same for a line that is longer than anybody wants to read (its number
 * is known): never POSTAL_ROW or POSTAL_NOTHING. */
enum postal_result postal_read_too_long(struct postal_reader *reader,
					const struct line *line,
					const char **code, char text[160]);
/* At the end of the file: POSTAL_NOTHING, or POSTAL_REFUSED when
 * something is missing. */
enum postal_result postal_end(struct postal_reader *reader, const char **code,
			      char text[160]);
/* All of these over the lines of a file, one call after the other until it
 * gives POSTAL_END or POSTAL_REFUSED; also refused is what cannot be read
 * ("unreadable"). *line is what it speaks of, its number 0 at the end. */
enum postal_result postal_next(struct postal_reader *reader,
			       struct lines *lines, struct line *line,
			       struct postal_row *row, const char **code,
			       char text[160]);
/* Appends why a file whose line `line` is this one is not in the layout: "no
 * column posted_on"; nothing when it may be. The line is the first after
 * header_lines. */
void postal_misfit(const struct postal_options *options,
		   const struct postal_layout *layout, const struct line *line,
		   struct buffer *why);
/* The name of the layout in use; NULL before it is known. */
const char *postal_layout(const struct postal_reader *reader);
/* The encoding in use; NULL before it is known. */
const char *postal_encoding(const struct postal_reader *reader);
/* How many tracking numbers so far had a wrong form or check digit, also
 * where the options let them pass. */
unsigned long postal_wrong_numbers(const struct postal_reader *reader);
void postal_close(struct postal_reader *reader);

/* The posting date in a file name, its last run of exactly 8 digits that is
 * a date: "PL-20261123-000001-20261124-000001.csv" gives 2026-11-24. */
bool postal_date_in_name(const char *name, char date[11]);

#endif
