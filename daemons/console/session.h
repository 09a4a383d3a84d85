/*
 * Sessions: a number that a browser keeps in a cookie, and when it was last
 * seen, signed. Who does nothing for too long begins anew, and the forms that
 * he left open are dead. Pure.
 */
#ifndef RECARD_SESSION_H
#define RECARD_SESSION_H

#include <stdint.h>

#include "form_token.h"

#define SESSION_SIZE 65
#define SESSION_COOKIE_SIZE (SESSION_SIZE + FORM_TOKEN_SIZE)
#define SESSION_COOKIE "__Host-recard="

enum session_state { SESSION_NONE, SESSION_GOOD, SESSION_OVER };

/*
 * Reads a Cookie header, NULL when there is none. id and *seen (seconds since
 * 1970) are set unless it is SESSION_NONE: no cookie of ours, or not of this
 * person. SESSION_OVER: seen more than max_idle seconds ago.
 */
enum session_state session_read(const struct form_key *key, const char *cookies,
				const char *identity, int64_t now,
				int64_t max_idle, char id[SESSION_SIZE],
				int64_t *seen);
/* The cookie's value. */
void session_write(const struct form_key *key, const char *id,
		   const char *identity, int64_t now,
		   char out[SESSION_COOKIE_SIZE]);

#endif
