/*
 * How much one peer may ask: a bucket of tokens each, which fills by time. The
 * table has a fixed size: who has not been seen for longest makes room. Pure:
 * the moment is a value.
 */
#ifndef RECARD_PORTAL_LIMIT_H
#define RECARD_PORTAL_LIMIT_H

#include <stddef.h>
#include <stdint.h>

struct limit;

/* per_minute tokens come in a minute, and as many a bucket holds. peers: how
 * many are told apart, at least. */
struct limit *limit_new(int64_t per_minute, size_t peers);
void limit_free(struct limit *limit);
/* Another rate from now on. */
void limit_change(struct limit *limit, int64_t per_minute);

/*
 * Takes a token of the peer: an address as text, of which IPv6 counts by its
 * first 64 bits, since whoever has one has them all. now_ms: a clock that only
 * goes forward. 0, or in how many seconds there is one again.
 */
int limit_take(struct limit *limit, const char *peer, int64_t now_ms);

#endif
