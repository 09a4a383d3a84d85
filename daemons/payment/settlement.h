/*
 * The settlement file of a payment service (recard-files(5)): header, one
 * line a payment, trailer with count and sum. Pure: bytes in, values out.
 */
#ifndef RECARD_SETTLEMENT_H
#define RECARD_SETTLEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lines;
struct report;

struct settlement_line {
	unsigned long line;
	char *reference; /* never empty */
	char *order_ref; /* as written */
	int64_t amount;
	char *currency;
	char *paid_at;     /* as written; NULL when it is no time */
	const char *kind;  /* "paid", "refund", "chargeback", "unknown" */
	const char *fault; /* what could not be read; NULL: nothing */
};

struct settlement {
	char *channel;
	char *business_date; /* ISO */
	int64_t sequence;
	char *covered_until;
	struct settlement_line *lines;
	size_t count, size;
	int64_t sum;
};

/*
 * Reads the whole file. A file whose frame does not hold (header, trailer,
 * count, sum, a line that is no line) is refused in *report with the line,
 * and false is returned. A line that can be counted but not understood is
 * kept with its fault: money is never dropped. Free with settlement_free()
 * either way.
 */
bool settlement_read(struct lines *lines, struct settlement *settlement,
		     struct report *report);
void settlement_free(struct settlement *settlement);

#endif
