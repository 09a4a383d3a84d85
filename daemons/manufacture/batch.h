/*
 * The plain content of a card batch (recard-files(5)): header, one line a
 * card, trailer with count, hash total and digest. Pure; the same cards give
 * the same bytes.
 */
#ifndef RECARD_BATCH_H
#define RECARD_BATCH_H

#include <stddef.h>
#include <stdint.h>

struct buffer;

struct batch_card {
	const char *job_no;
	const char *attempt;
	const char *reason;   /* NEW, REJECTED, SPOILED, RETURNED */
	const char *order_no; /* 14 digits */
	const char *print_name;
	const char *valid_from; /* ISO dates */
	const char *valid_to;
	const char *address_digest; /* hex */
};

struct batch {
	const char *batch_no;
	int64_t created_at; /* seconds since 1970 */
	const char *product;
	const struct batch_card *cards;
	size_t count;
};

#define BATCH_HASH_TOTAL 14 /* 13 digits and NUL */

/* Appends the content to out and writes the hash total: the sum of the order
 * numbers' first 13 digits, modulo 10^13. */
void batch_render(const struct batch *batch, struct buffer *out,
		  char hash_total[BATCH_HASH_TOTAL]);

#endif
