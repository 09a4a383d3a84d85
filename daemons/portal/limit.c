/*
 * Buckets of tokens: see limit.h. A peer's place in the table is found by a
 * hash with a key of this process, so that nobody can choose to meet another.
 */
#include <arpa/inet.h>
#include <openssl/rand.h>
#include <string.h>

#include "limit.h"
#include "mem.h"
#include "seal.h"

#define WAYS 4
#define MINUTE_MS 60000
/* Parts of a token: what comes in a millisecond is less than one. */
#define TOKEN MINUTE_MS

struct bucket {
	unsigned char peer[16];
	int64_t seen_ms; /* 0: nobody's */
	int64_t parts;
};

struct limit {
	unsigned char key[32];
	int64_t per_minute;
	size_t sets; /* a power of two */
	struct bucket *buckets;
};

struct limit *
limit_new(int64_t per_minute, size_t peers)
{
	struct limit *limit = mem_alloc(1, sizeof(*limit));

	limit->per_minute = per_minute;
	for (limit->sets = 1; limit->sets * WAYS < peers;)
		limit->sets *= 2;
	limit->buckets = mem_alloc(limit->sets * WAYS, sizeof(*limit->buckets));
	/* Without randomness it is a table like another. */
	(void)!RAND_bytes(limit->key, sizeof(limit->key));
	return limit;
}

void
limit_free(struct limit *limit)
{
	if (!limit)
		return;
	mem_free(limit->buckets);
	mem_free(limit);
}

void
limit_change(struct limit *limit, int64_t per_minute)
{
	limit->per_minute = per_minute;
}

/* What tells one peer from another, as a keyed hash. */
static void
peer_of(const struct limit *limit, const char *text, unsigned char out[32])
{
	struct in6_addr address;
	const void *bytes = text;
	size_t len = strlen(text);

	if (inet_pton(AF_INET6, text, &address) == 1 &&
	    !IN6_IS_ADDR_V4MAPPED(&address)) {
		bytes = &address;
		len = 8;
	}
	seal_hmac(limit->key, sizeof(limit->key), bytes, len, out);
}

static struct bucket *
bucket_of(struct limit *limit, const unsigned char peer[32], int64_t now_ms)
{
	struct bucket *set, *oldest;
	size_t where;

	memcpy(&where, peer + 16, sizeof(where));
	set = limit->buckets + (where & (limit->sets - 1)) * WAYS;
	oldest = set;
	for (int i = 0; i < WAYS; i++) {
		if (set[i].seen_ms > 0 && memcmp(set[i].peer, peer, 16) == 0)
			return &set[i];
		if (set[i].seen_ms < oldest->seen_ms)
			oldest = &set[i];
	}
	memcpy(oldest->peer, peer, 16);
	oldest->seen_ms = now_ms;
	oldest->parts = limit->per_minute * TOKEN;
	return oldest;
}

int
limit_take(struct limit *limit, const char *peer, int64_t now_ms)
{
	unsigned char hash[32];
	struct bucket *bucket;
	int64_t most = limit->per_minute * TOKEN, idle, missing;

	peer_of(limit, peer, hash);
	bucket = bucket_of(limit, hash, now_ms);
	idle = now_ms - bucket->seen_ms;
	bucket->seen_ms = now_ms;
	/* After a minute it is full, however long that is ago. */
	bucket->parts +=
		(idle < MINUTE_MS ? idle : MINUTE_MS) * limit->per_minute;
	if (bucket->parts > most)
		bucket->parts = most;
	if (bucket->parts >= TOKEN) {
		bucket->parts -= TOKEN;
		return 0;
	}
	missing = (TOKEN - bucket->parts) / limit->per_minute;
	return (int)(missing / 1000 + 1);
}
