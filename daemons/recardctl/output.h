/*
 * What a command answers: typed rows, written as a table for people, as JSON
 * (an array of objects) for programs, or as CSV (RFC 4180, LF) for
 * spreadsheets and programs. Pure.
 *
 * In CSV a text that a spreadsheet would take for a formula has an apostrophe
 * in front, whatever the command: what others wrote (a payment's reference,
 * an applicant's name) must not compute in an operator's spreadsheet. JSON
 * has every text as it is.
 *
 *	struct output out;
 *
 *	output_init(&out, columns, OUTPUT_ROWS);
 *	output_text(&out, "unpaid");
 *	output_number(&out, 12);
 *	output_write(&out, format, false, &buffer);
 *	output_free(&out);
 */
#ifndef RECARD_OUTPUT_H
#define RECARD_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;

enum output_format { OUTPUT_TABLE, OUTPUT_JSON, OUTPUT_CSV };

enum output_type {
	OUTPUT_TEXT,
	OUTPUT_NUMBER,
	OUTPUT_BOOL,  /* yes, no; true, false for programs */
	OUTPUT_TIME,  /* seconds since 1970; shown in Asia/Taipei */
	OUTPUT_AGE,   /* seconds; in human units for people */
	OUTPUT_BYTES, /* the same */
	OUTPUT_RATE   /* thousandths a second; as a decimal number */
};

/* How a table looks; JSON and CSV are always rows. */
enum output_layout {
	OUTPUT_ROWS,   /* a line a row, under a head; where the screen is too
			* narrow for that, as records */
	OUTPUT_RECORD, /* a line a column: for one row of many columns */
	OUTPUT_GROUPS  /* three columns: group, name, value */
};

struct output_column {
	const char *name;  /* for programs; NULL ends the table */
	const char *title; /* for people; NULL: in no table */
	enum output_type type;
};

struct output_cell {
	char *text; /* NULL with OUTPUT_TEXT: no value */
	int64_t number;
	bool null;
};

struct output {
	const struct output_column *columns;
	size_t width; /* columns */
	enum output_layout layout;
	size_t screen; /* columns of the terminal; 0: it may be any width */
	struct output_cell *cells; /* row by row */
	size_t count, size;
};

void output_init(struct output *out, const struct output_column *columns,
		 enum output_layout layout);
/* The next cell; each must fit the type of its column. NULL: no value. */
void output_text(struct output *out, const char *value);
/* NUMBER, BOOL, TIME, AGE, BYTES, RATE. */
void output_number(struct output *out, int64_t value);
void output_null(struct output *out);
size_t output_rows(const struct output *out);
/* Appends everything; the last row must be complete. emphasis: the head is
 * bold (a terminal that wants colours). */
void output_write(const struct output *out, enum output_format format,
		  bool emphasis, struct buffer *to);
void output_free(struct output *out);

/* "45 s", "12 min", "3 h 20 min", "2 d 5 h". */
void output_format_age(int64_t seconds, char to[32]);
/* "812 B", "1.4 MiB". */
void output_format_bytes(int64_t bytes, char to[32]);

#endif
