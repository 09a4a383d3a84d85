/*
 * The portal's cookies, by their names: read from a header, and written into
 * one. Pure.
 */
#ifndef RECARD_PORTAL_COOKIE_H
#define RECARD_PORTAL_COOKIE_H

#include <stdbool.h>
#include <stddef.h>

/* 32 random bytes in hex: whoever holds them is the visitor, or the citizen
 * who has logged in. The prefix keeps them to this host and to HTTPS. */
#define COOKIE_VISITOR "__Host-recard-visitor"
#define COOKIE_CITIZEN "__Host-recard-citizen"
#define COOKIE_LANGUAGE "__Host-recard-language"

#define COOKIE_SECRET 65 /* with NUL */
#define COOKIE_HEADER 160

/* The value of the named cookie in a Cookie header (NULL: none), when it has
 * at most size - 1 bytes; "" otherwise. */
void cookie_read(const char *header, const char *name, char *value,
		 size_t size);
/* Whether it is a secret of ours by its form. */
bool cookie_is_secret(const char *value);
/* A Set-Cookie header; value "" takes the cookie back. */
void cookie_write(const char *name, const char *value, char out[COOKIE_HEADER]);

#endif
