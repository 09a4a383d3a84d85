/*
 * Connections to the mail server, several at once, that share out the mails
 * of a batch. Written top-down by its user: pool_turn() turns the loop. What
 * became of each mail is told once.
 *
 * A connection that fails is made anew as long as others are well, or it was
 * of use before; else the server as a whole is down, and what was not tried
 * stays so.
 */
#ifndef RECARD_POOL_H
#define RECARD_POOL_H

#include "smtp.h"

struct pool;

struct pool_source {
	/* The next mail, valid until it is done, and its number; false when
	 * there is none. */
	bool (*next)(void *arg, struct smtp_mail *mail, size_t *number);
	void (*done)(void *arg, size_t number, enum smtp_verdict verdict,
		     const char *code);
	/* Mails that next() has not given yet. */
	size_t (*left)(void *arg);
};

/* server is the pool's from now on. */
struct pool *pool_new(struct event_base *base, struct smtp_server *server);
void pool_free(struct pool *pool);
const char *pool_server(const struct pool *pool);

/* A batch begins, over at most so many connections. */
void pool_begin(struct pool *pool, const struct pool_source *source, void *arg,
		size_t connections);
/* Opens what is to be opened, turns the loop once, for at most ms. False when
 * nothing is on its way any more: all is done, or the server is down. */
bool pool_turn(struct pool *pool, int64_t ms);
/* Why the server is down, or NULL. */
const char *pool_down(const struct pool *pool);
/* The batch is over; connections that are well are kept. */
void pool_end(struct pool *pool);
/* Closes them. */
void pool_rest(struct pool *pool);

#endif
