/*
 * What the counter sends, after its signature has been verified: user codes
 * that holders chose anew (recard-files(5)). Pure.
 */
#ifndef RECARD_RESET_FILE_H
#define RECARD_RESET_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct report;

struct reset {
	unsigned long line;
	char *order_no;
	char *card_no;
	char *hash;
	char *requested_at; /* ISO time */
	char *office;
};
struct resets {
	struct reset *rows;
	size_t count, size;
};

/*
 * Reads H, R lines and T. A line that cannot be understood is rejected in the
 * report and the others stay; what is not whole, or no such file, is refused:
 * false.
 */
bool resets_read(const char *bytes, size_t len, struct resets *resets,
		 struct report *report);
void resets_free(struct resets *resets);

#endif
