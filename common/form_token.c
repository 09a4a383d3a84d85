/*
 * Tokens in forms: see form_token.h.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "form_token.h"
#include "hex.h"
#include "seal.h"

#define AHEAD_S 60

void
form_token_make(const struct form_key *key, const char *session,
		const char *identity, int64_t now, char out[FORM_TOKEN_SIZE])
{
	struct buffer text = {0};
	unsigned char mac[32];
	int used = snprintf(out, FORM_TOKEN_SIZE, "%" PRId64 ".", now);

	/* Neither part holds a line end, so none runs into the next. */
	buffer_printf(&text, "form\n%s\n%s\n%" PRId64, session, identity, now);
	seal_hmac(key->bytes, key->len, text.data, text.len, mac);
	hex_encode(mac, sizeof(mac), out + used);
	buffer_free(&text);
}

bool
form_token_ok(const struct form_key *key, const char *session,
	      const char *identity, int64_t now, int64_t max_age,
	      const char *token)
{
	char ours[FORM_TOKEN_SIZE];
	char *end;
	int64_t made = strtoll(token, &end, 10);

	/* Another console's clock may be a little ahead. */
	if (*end != '.' || made > now + AHEAD_S || made < now - max_age ||
	    !*session)
		return false;
	form_token_make(key, session, identity, made, ours);
	return strlen(token) == strlen(ours) &&
	       seal_equal(token, ours, strlen(ours));
}
