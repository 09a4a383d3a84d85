/*
 * Waiting between failed tries: each wait is twice as long as the one
 * before, up to a bound, and half of it is random, so that many programs
 * that failed together do not come back together.
 */
#ifndef RECARD_BACKOFF_H
#define RECARD_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

struct event_base;

/* Start from {0}. */
struct backoff {
	unsigned tries; /* failed ones since the last reset */
};

/* Counts a failed try; returns the wait before the next one, between min/2
 * and max milliseconds. */
int64_t backoff_next(struct backoff *backoff, int64_t min_ms, int64_t max_ms);
void backoff_reset(struct backoff *backoff);
/* Turns the loop for ms milliseconds, or until *until becomes true. Outside
 * event callbacks only. */
void backoff_wait(struct event_base *base, int64_t ms, const bool *until);

#endif
