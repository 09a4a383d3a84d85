/*
 * Secrets of the payment schemes, as they stand in their files.
 */
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "mem.h"
#include "scheme_private.h"

#define WEBHOOK_PREFIX "whsec_"
/* Standard Webhooks: "between 24 bytes (192 bits) and 64 bytes (512 bits)" */
#define WEBHOOK_KEY_MIN 24
#define WEBHOOK_KEY_MAX 64
#define WEBHOOK_BASE64_MAX ((WEBHOOK_KEY_MAX + 2) / 3 * 4)
/* AES-256 and its block. */
#define NEWEBPAY_KEY 32
#define NEWEBPAY_IV 16
#define ECPAY_MIN 8
#define LINE_MAX_BYTES 512

/* Cuts a line, without its end, off the text. false: none is left. */
static bool
next_line(const char **text, size_t *len, const char **line, size_t *line_len)
{
	const char *end;

	if (*len == 0)
		return false;
	*line = *text;
	end = memchr(*text, '\n', *len);
	*line_len = end ? (size_t)(end - *text) : *len;
	*text += *line_len + (end != NULL);
	*len -= *line_len + (end != NULL);
	if (*line_len > 0 && (*line)[*line_len - 1] == '\r')
		--*line_len;
	return true;
}

static bool
is_printable(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return len > 0 && len <= LINE_MAX_BYTES;
}

/* Strict: what was read is, written again, the same text. */
static size_t
decode_base64(const char *text, size_t len, unsigned char *key)
{
	unsigned char block[WEBHOOK_BASE64_MAX / 4 * 3 + 1];
	unsigned char again[WEBHOOK_BASE64_MAX + 1];
	size_t decoded = 0;
	int got;

	if (len == 0 || len % 4 != 0 || len > WEBHOOK_BASE64_MAX)
		return 0;
	got = EVP_DecodeBlock(block, (const unsigned char *)text, (int)len);
	if (got > 0) {
		decoded = (size_t)got;
		if (text[len - 1] == '=')
			decoded -= text[len - 2] == '=' ? 2 : 1;
		EVP_EncodeBlock(again, block, (int)decoded);
		if (decoded > WEBHOOK_KEY_MAX || memcmp(again, text, len) != 0)
			decoded = 0;
		memcpy(key, block, decoded);
	}
	OPENSSL_cleanse(block, sizeof block);
	OPENSSL_cleanse(again, sizeof again);
	return decoded;
}

static const char *
parse_webhook(const char *line, size_t len, struct scheme_secret *secret)
{
	static const size_t prefix = sizeof WEBHOOK_PREFIX - 1;

	if (len < prefix || memcmp(line, WEBHOOK_PREFIX, prefix) != 0)
		return "does not begin with " WEBHOOK_PREFIX;
	secret->key = mem_alloc(WEBHOOK_KEY_MAX, 1);
	secret->key_len =
		decode_base64(line + prefix, len - prefix, secret->key);
	if (secret->key_len == 0)
		return "is no base64 of at most 64 bytes after " WEBHOOK_PREFIX;
	if (secret->key_len < WEBHOOK_KEY_MIN)
		return "has a key of less than 24 bytes";
	return NULL;
}

static const char *
parse_pair(enum scheme_kind kind, const char *line, size_t len,
	   const char **text, size_t *left, struct scheme_secret *secret)
{
	const char *second;
	size_t second_len;

	if (!next_line(text, left, &second, &second_len))
		return "needs a line with HashKey and one with HashIV";
	if (!is_printable(line, len) || !is_printable(second, second_len))
		return "has blanks, or what is no ASCII, or is too long";
	if (kind == SCHEME_NEWEBPAY &&
	    (len != NEWEBPAY_KEY || second_len != NEWEBPAY_IV))
		return "needs a HashKey of 32 bytes and a HashIV of 16";
	if (len < ECPAY_MIN || second_len < ECPAY_MIN)
		return "has a HashKey or HashIV of less than 8 bytes";
	secret->key = (unsigned char *)mem_strndup(line, len);
	secret->key_len = len;
	secret->iv = (unsigned char *)mem_strndup(second, second_len);
	secret->iv_len = second_len;
	return NULL;
}

static const char *
parse(enum scheme_kind kind, const char *text, size_t len,
      struct scheme_secret *secret)
{
	const char *line, *objection = NULL;
	size_t line_len;

	if (!next_line(&text, &len, &line, &line_len))
		return "is empty";
	switch (kind) {
	case SCHEME_STANDARD_WEBHOOKS:
	case SCHEME_NATIVE:
		objection = parse_webhook(line, line_len, secret);
		break;
	case SCHEME_ECPAY:
	case SCHEME_NEWEBPAY:
		objection =
			parse_pair(kind, line, line_len, &text, &len, secret);
		break;
	case SCHEME_QUERY:
		if (!is_printable(line, line_len))
			return "has blanks, or what is no ASCII, or is too "
			       "long";
		secret->key = (unsigned char *)mem_strndup(line, line_len);
		secret->key_len = line_len;
		break;
	}
	while (!objection && next_line(&text, &len, &line, &line_len))
		if (line_len > 0)
			objection = "has more lines than it should";
	return objection;
}

bool
scheme_secret_parse(enum scheme_kind kind, const char *text, size_t len,
		    struct scheme_secret *secret, char **error)
{
	const char *objection;

	*secret = (struct scheme_secret){0};
	objection = parse(kind, text, len, secret);
	if (!objection)
		return true;
	*error = mem_printf("the secret %s", objection);
	scheme_secret_free(secret);
	return false;
}

void
scheme_secret_free(struct scheme_secret *secret)
{
	mem_free_secret(secret->key, secret->key_len);
	mem_free_secret(secret->iv, secret->iv_len);
	*secret = (struct scheme_secret){0};
}
