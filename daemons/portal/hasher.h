/*
 * The slow hash of user codes, beside the loop: a few threads and a queue with
 * an end before them. Everything but the hash itself happens in the loop.
 */
#ifndef RECARD_PORTAL_HASHER_H
#define RECARD_PORTAL_HASHER_H

#include <stdbool.h>
#include <stddef.h>

struct event_base;
struct hasher;

/* NULL with *error (mem_free). most: hashes that wait or are under way. */
struct hasher *hasher_new(struct event_base *base, size_t threads, size_t most,
			  char **error);
/* Waits for what is under way; what waits is not done, and not told of. */
void hasher_free(struct hasher *hasher);

/* A place in the queue, kept until hasher_make() or hasher_check() uses it, or
 * hasher_release() gives it back. False: there is none. */
bool hasher_reserve(struct hasher *hasher);
void hasher_release(struct hasher *hasher);

/* Called from the loop. hash: of hasher_make(), mem_free() it; right: of
 * hasher_check(). */
typedef void hasher_done(void *arg, char *hash, bool right);
/* code is copied, and the copy overwritten afterwards. log2n as of
 * seal_scrypt(). */
void hasher_make(struct hasher *hasher, const char *code, int log2n,
		 hasher_done *done, void *arg);
void hasher_check(struct hasher *hasher, const char *code, const char *encoded,
		  hasher_done *done, void *arg);

#endif
