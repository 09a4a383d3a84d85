/*
 * Standard Webhooks (github.com/standard-webhooks/standard-webhooks,
 * spec/standard-webhooks.md): HMAC-SHA-256 of "id.timestamp.body", where the
 * body is what came over the wire, byte for byte.
 */
#include <string.h>

#include <openssl/evp.h>

#include "buffer.h"
#include "mem.h"
#include "scheme_private.h"
#include "seal.h"

#define ID_MAX 256
#define TIMESTAMP_DIGITS 12
/* Signatures of version 1 that are looked at. */
#define SIGNATURES_MAX 10
#define HEADER_MAX 4096
#define MAC_BYTES 32
#define MAC_BASE64 44

/* A dot in it would let it swallow a part of the timestamp. */
static bool
is_id(const char *id)
{
	size_t len = strnlen(id, ID_MAX + 1);

	for (size_t i = 0; i < len; i++)
		if (id[i] <= ' ' || id[i] > '~' || id[i] == '.')
			return false;
	return len > 0 && len <= ID_MAX;
}

static bool
parse_timestamp(const char *text, int64_t *when)
{
	size_t len = strnlen(text, TIMESTAMP_DIGITS + 1);

	*when = 0;
	if (len == 0 || len > TIMESTAMP_DIGITS ||
	    strspn(text, "0123456789") != len)
		return false;
	for (; *text; text++)
		*when = *when * 10 + (*text - '0');
	return true;
}

static void
sign(const struct scheme_secret *secret, const struct buffer *content,
     char out[MAC_BASE64 + 1])
{
	unsigned char mac[MAC_BYTES];

	seal_hmac(secret->key, secret->key_len, content->data, content->len,
		  mac);
	EVP_EncodeBlock((unsigned char *)out, mac, sizeof mac);
}

/* All of them are compared, so that time tells nothing of which one fits.
 * They are compared as text: base64 has spare bits. */
static bool
any_fits(const struct scheme_profile *profile, const struct buffer *content,
	 const char *signatures)
{
	char wanted[2][MAC_BASE64 + 1];
	size_t looked_at = 0;
	bool fits = false;

	for (size_t i = 0; i < profile->secret_count; i++)
		sign(&profile->secrets[i], content, wanted[i]);
	while (*signatures && looked_at < SIGNATURES_MAX) {
		size_t len = strcspn(signatures, " ");

		if (len >= 3 && memcmp(signatures, "v1,", 3) == 0) {
			looked_at++;
			for (size_t i = 0; i < profile->secret_count; i++)
				fits |= len == 3 + MAC_BASE64 &&
					seal_equal(signatures + 3, wanted[i],
						   MAC_BASE64);
		}
		signatures += len;
		signatures += strspn(signatures, " ");
	}
	return fits;
}

enum scheme_verdict
scheme_webhooks_read(const struct scheme_profile *profile,
		     const struct scheme_request *request, int64_t now_s,
		     struct scheme_notice *notice)
{
	struct scheme_content content;
	struct buffer signed_content = {0};
	int64_t when, age;
	bool fits;

	if (!request->webhook_id || !request->webhook_timestamp ||
	    !request->webhook_signature || !is_id(request->webhook_id) ||
	    !parse_timestamp(request->webhook_timestamp, &when) ||
	    strnlen(request->webhook_signature, HEADER_MAX + 1) > HEADER_MAX) {
		scheme_fault(notice, "bad_header");
		return SCHEME_MALFORMED;
	}
	buffer_reserve(&signed_content,
		       ID_MAX + TIMESTAMP_DIGITS + 2 + request->len);
	buffer_printf(&signed_content, "%s.%s.", request->webhook_id,
		      request->webhook_timestamp);
	buffer_append(&signed_content, request->body, request->len);
	fits = any_fits(profile, &signed_content, request->webhook_signature);
	buffer_free(&signed_content);
	if (!fits)
		return SCHEME_FORGED;
	notice->event_id = mem_strdup(request->webhook_id);
	scheme_content_read_json(&content, request->body, request->len);
	scheme_fill(profile, scheme_defaults_of(profile->kind), &content,
		    request->body, request->len, notice);
	scheme_content_free(&content);
	age = now_s - when;
	return age > profile->tolerance_s || age < -profile->tolerance_s
		       ? SCHEME_STALE
		       : SCHEME_GENUINE;
}
