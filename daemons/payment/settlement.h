/*
 * The settlement file of a payment service (recard-files(5)): header, one
 * line a payment, trailer with count and sum. Pure: bytes in, values out.
 */
#ifndef RECARD_SETTLEMENT_H
#define RECARD_SETTLEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fields.h"

struct lines;
struct report;

struct settlement_line {
	unsigned long line;
	const char *reference; /* never empty */
	const char *order_ref; /* as written */
	int64_t amount;
	const char *currency;
	const char *paid_at; /* as written; NULL when it is no time */
	const char *kind;    /* "paid", "refund", "chargeback", "unknown" */
	const char *fault;   /* what could not be read; NULL: nothing */
};

/* A file that is being read. */
struct settlement {
	/* The header; known from the first line on. */
	char *channel;
	char *business_date; /* ISO */
	int64_t sequence;
	char *covered_until;
	/* Of the lines so far. */
	size_t count;
	int64_t sum;
	/* The reader's own. */
	struct lines *lines;
	struct report *report;
	struct fields fields;
	bool has_header, has_trailer;
	char place[48]; /* stands for a missing reference */
};

enum settlement_next {
	SETTLEMENT_LINE,
	SETTLEMENT_END,    /* header, count and sum held */
	SETTLEMENT_REFUSED /* they did not: the report says why */
};

/* lines and report are borrowed. End with settlement_free(). */
void settlement_open(struct settlement *settlement, struct lines *lines,
		     struct report *report);
/*
 * Reads up to the next payment; *line is valid until the next call. A file
 * whose frame does not hold (header, trailer, count, sum, a line that is no
 * line) is refused in the report: what was read before is void too. A line
 * that can be counted but not understood is given with its fault: money is
 * never dropped.
 */
enum settlement_next settlement_next(struct settlement *settlement,
				     struct settlement_line *line);
void settlement_free(struct settlement *settlement);

#endif
