/*
 * The text that a card signs to log in. It says whom it is for, when it was
 * made (Taipei), and carries our keyed hash (HMAC-SHA-256) over that and over
 * the browser that asked, so that nothing needs to be kept to know it again:
 *
 *	recard_log-in_portal.example_2026-11-24T09.00.00_<random>.<mac>
 *
 * It has no character that a URL would write in another way: some signing
 * components take it encoded, some do not, and both sign the same. That it is
 * used once is for the database to say, by its random part. Pure.
 */
#ifndef RECARD_CHALLENGE_H
#define RECARD_CHALLENGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHALLENGE_RANDOM 16 /* bytes */
#define CHALLENGE_NONCE (2 * CHALLENGE_RANDOM + 1)
/* A host's name has at most 253 bytes. */
#define CHALLENGE_SIZE 512

struct challenge_key {
	const unsigned char *bytes;
	size_t len;
};

enum challenge_verdict {
	CHALLENGE_GOOD,
	CHALLENGE_MALFORMED, /* no text of this kind */
	CHALLENGE_FOREIGN,   /* not ours, or another browser's or host's */
	CHALLENGE_OLD,
	CHALLENGE_FROM_THE_FUTURE /* by more than a minute */
};

/* Reason code: "challenge_old"; "good" for CHALLENGE_GOOD. */
const char *challenge_verdict_code(enum challenge_verdict verdict);

/*
 * host: as the browser names us, without spaces. browser: what the browser
 * showed before it logged in, "" never fits. random: from the system's
 * generator. now: seconds since 1970. False when host is empty, too long, or
 * has characters that no host has.
 */
bool challenge_make(const struct challenge_key *key, const char *host,
		    const char *browser,
		    const unsigned char random[CHALLENGE_RANDOM], int64_t now,
		    char out[CHALLENGE_SIZE]);

/* Whether text was made as above at most max_age seconds before now. nonce
 * gets its random part in hex, whenever the text is one of ours: what the
 * database remembers, and what the card's nonce is held against. */
enum challenge_verdict challenge_check(const struct challenge_key *key,
				       const char *host, const char *browser,
				       int64_t now, int64_t max_age,
				       const char *text,
				       char nonce[CHALLENGE_NONCE]);

#endif
