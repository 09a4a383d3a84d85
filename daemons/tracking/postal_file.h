/*
 * Files with tracking numbers from the post, in a known layout: which line
 * says what. Pure: a line's bytes in, values or a reason out.
 */
#ifndef RECARD_POSTAL_FILE_H
#define RECARD_POSTAL_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct line;
struct postal_reader;

struct postal_row {
	const char *order_no; /* as written; valid until the next line */
	const char *tracking_no;
	char posted_on[11];    /* ISO date */
	const char *mail_type; /* NULL when the layout has none, as below */
	const char *weight_g;
	const char *postage;
};

struct postal_options {
	const char *layout;        /* "native", "posting-list", "auto" */
	const char *list_encoding; /* of posting lists: "CP950" */
	const char *default_date;  /* ISO: posting date where the layout has
				      none */
	bool check_digits;         /* a wrong check digit rejects the row */
	bool serial_only;          /* 6-digit numbers are taken */
};

enum postal_result {
	POSTAL_ROW,
	POSTAL_NOTHING,  /* header, or a blank line */
	POSTAL_REJECTED, /* this row: code and text say why */
	POSTAL_REFUSED   /* the whole file: it is in no known layout */
};

/* NULL when the layout or the encoding is unknown. options is borrowed. */
struct postal_reader *postal_open(const struct postal_options *options);
/* Reads the next line. code is a constant, text is for people and names
 * fields and places, never people. */
enum postal_result postal_read(struct postal_reader *reader,
			       const struct line *line, struct postal_row *row,
			       const char **code, char text[160]);
/* The name of the layout in use; NULL before the header was seen. */
const char *postal_layout(const struct postal_reader *reader);
void postal_close(struct postal_reader *reader);

/* The posting date in a file name, its last run of exactly 8 digits that is
 * a date: "PL-20261123-000001-20261124-000001.csv" gives 2026-11-24. */
bool postal_date_in_name(const char *name, char date[11]);

#endif
