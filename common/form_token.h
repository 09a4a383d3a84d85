/*
 * Tokens in forms: proof that a form was made by us, for this person and this
 * session, not long ago. Somebody else's page cannot make one. Pure.
 */
#ifndef RECARD_FORM_TOKEN_H
#define RECARD_FORM_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FORM_TOKEN_SIZE 96

struct form_key {
	const unsigned char *bytes;
	size_t len;
};

/* now: seconds since 1970. */
void form_token_make(const struct form_key *key, const char *session,
		     const char *identity, int64_t now,
		     char out[FORM_TOKEN_SIZE]);
/* Whether it is one of ours, for this session and person, made at most
 * max_age seconds before now. In constant time. */
bool form_token_ok(const struct form_key *key, const char *session,
		   const char *identity, int64_t now, int64_t max_age,
		   const char *token);

#endif
