/*
 * How far a long work is, for somebody who watches: one line of a terminal
 * on stderr, written over. Elsewhere nothing is shown.
 */
#ifndef RECARD_PROGRESS_H
#define RECARD_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	const char *what;
	bool watched;
	int64_t started, shown; /* monotonic ms */
};

void progress_start(struct progress *progress, const char *what);
void progress_show(struct progress *progress, int64_t done);
/* Takes the line away. */
void progress_clear(struct progress *progress);

#endif
