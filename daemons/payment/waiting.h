/*
 * A notice whose client waits for its answer, and what of it is stored.
 */
#ifndef RECARD_WAITING_H
#define RECARD_WAITING_H

#include <openssl/sha.h>
#include <sys/queue.h>

#include "channel.h"
#include "db.h"
#include "http_server.h"

struct waiting {
	TAILQ_ENTRY(waiting) entry;
	struct http_request *request;
	const struct channel *channel;
	enum scheme_verdict verdict;
	struct scheme_notice notice;
	char digest[2 * SHA256_DIGEST_LENGTH + 1];
	int64_t until; /* monotonic ms */
};

/* Reads the request by its channel's scheme. It ends with waiting_free(). */
struct waiting *waiting_new(struct http_request *request,
			    const struct channel *channel);
void waiting_free(struct waiting *waiting);

/* Parameters of recard.receive_notices() that are arrays. */
#define WAITING_COLUMNS 13
/* Appends the notice to each of the arrays, which start empty. */
void waiting_add(const struct waiting *waiting,
		 struct buffer columns[WAITING_COLUMNS]);

#endif
