/*
 * Sessions: see session.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"

/* What a cookie signs is no form's: "seen" and the number. */
static void
name_of(const char *id, char out[SESSION_SIZE + 8])
{
	snprintf(out, SESSION_SIZE + 8, "seen %s", id);
}

enum session_state
session_read(const struct form_key *key, const char *cookies,
	     const char *identity, int64_t now, int64_t max_idle,
	     char id[SESSION_SIZE], int64_t *seen)
{
	const char *ours = cookies ? strstr(cookies, SESSION_COOKIE) : NULL;
	const char *value = ours ? ours + strlen(SESSION_COOKIE) : "";
	size_t len = strspn(value, "0123456789abcdef");
	char name[SESSION_SIZE + 8], token[FORM_TOKEN_SIZE];
	size_t token_len;

	if (len != SESSION_SIZE - 1 || value[len] != '.')
		return SESSION_NONE;
	memcpy(id, value, len);
	id[len] = '\0';
	value += len + 1;
	token_len = strcspn(value, "; ");
	if (token_len >= sizeof(token))
		return SESSION_NONE;
	memcpy(token, value, token_len);
	token[token_len] = '\0';
	name_of(id, name);
	/* However old: that is another answer. */
	if (!form_token_ok(key, name, identity, now, now, token))
		return SESSION_NONE;
	*seen = strtoll(token, NULL, 10);
	return *seen < now - max_idle ? SESSION_OVER : SESSION_GOOD;
}

void
session_write(const struct form_key *key, const char *id, const char *identity,
	      int64_t now, char out[SESSION_COOKIE_SIZE])
{
	char name[SESSION_SIZE + 8], token[FORM_TOKEN_SIZE];

	name_of(id, name);
	form_token_make(key, name, identity, now, token);
	snprintf(out, SESSION_COOKIE_SIZE, "%s.%s", id, token);
}
