/*
 * NewebPay: a form with TradeInfo, which is the notice in hex of AES-256-CBC,
 * and TradeSha, the SHA-256 of that between HashKey and HashIV. Nothing is
 * decrypted before TradeSha fits, so padding tells a stranger nothing. It
 * carries no time of sending, so it is never stale.
 */
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "buffer.h"
#include "hex.h"
#include "mem.h"
#include "scheme_private.h"
#include "seal.h"

#define BLOCK 16
/* Their own programs pad to 32 bytes. */
#define PADDING_MAX 32

static void
trade_sha(const struct scheme_secret *secret, const struct scheme_pair *info,
	  char out[SEAL_SHA256_HEX])
{
	struct buffer text = {0};

	/* All at once: growing would leave copies of the key behind. */
	buffer_reserve(&text,
		       secret->key_len + info->value_len + secret->iv_len + 32);
	buffer_puts(&text, "HashKey=");
	buffer_append(&text, secret->key, secret->key_len);
	buffer_putc(&text, '&');
	buffer_append(&text, info->value, info->value_len);
	buffer_puts(&text, "&HashIV=");
	buffer_append(&text, secret->iv, secret->iv_len);
	seal_sha256_hex(text.data, text.len, out);
	for (char *at = out; *at; at++)
		if (*at >= 'a')
			*at = (char)(*at - 'a' + 'A');
	OPENSSL_cleanse(text.data, text.len);
	buffer_free(&text);
}

/* The secret that signed, or NULL. */
static const struct scheme_secret *
signer(const struct scheme_profile *profile, const struct scheme_pair *info,
       const struct scheme_pair *sha)
{
	const struct scheme_secret *found = NULL;

	for (size_t i = 0; i < profile->secret_count; i++) {
		char wanted[SEAL_SHA256_HEX];

		trade_sha(&profile->secrets[i], info, wanted);
		if (sha->value_len == sizeof wanted - 1 &&
		    seal_equal(sha->value, wanted, sizeof wanted - 1))
			found = &profile->secrets[i];
	}
	return found;
}

/* Decodes the hex of TradeInfo. Returns how many bytes, or 0. */
static size_t
decode_hex(const struct scheme_pair *info, unsigned char *out)
{
	if (info->value_len % 2 != 0)
		return 0;
	for (size_t i = 0; i < info->value_len / 2; i++) {
		int high = hex_digit(info->value[2 * i]);
		int low = hex_digit(info->value[2 * i + 1]);

		if (high < 0 || low < 0)
			return 0;
		out[i] = (unsigned char)(high << 4 | low);
	}
	return info->value_len / 2;
}

/* What is left without the padding; 0 when that is none. */
static size_t
unpadded(const unsigned char *bytes, size_t len)
{
	size_t padding = len ? bytes[len - 1] : 0;

	if (padding == 0 || padding > PADDING_MAX || padding > len)
		return 0;
	for (size_t i = len - padding; i < len; i++)
		if (bytes[i] != padding)
			return 0;
	return len - padding;
}

static bool
decrypt(const struct scheme_secret *secret, const unsigned char *bytes,
	size_t len, unsigned char *plain)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int got = 0, more = 0;
	bool good;

	good = context &&
	       EVP_DecryptInit_ex(context, EVP_aes_256_cbc(), NULL, secret->key,
				  secret->iv) == 1 &&
	       EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
	       EVP_DecryptUpdate(context, plain, &got, bytes, (int)len) == 1 &&
	       EVP_DecryptFinal_ex(context, plain + got, &more) == 1 &&
	       (size_t)got + (size_t)more == len;
	EVP_CIPHER_CTX_free(context);
	return good;
}

static void
read_info(const struct scheme_secret *secret, const struct scheme_pair *info,
	  struct scheme_content *content)
{
	unsigned char *bytes = mem_alloc(info->value_len / 2 + 1, 1);
	/* OpenSSL may use a block more while it works. */
	unsigned char *plain = mem_alloc(info->value_len / 2 + BLOCK, 1);
	size_t len = decode_hex(info, bytes);

	if (len == 0 || len % BLOCK != 0 || !decrypt(secret, bytes, len, plain))
		len = 0;
	len = unpadded(plain, len);
	if (len > 0)
		scheme_content_read(content, (const char *)plain, len);
	else
		*content = (struct scheme_content){.fault = "bad_form"};
	mem_free(bytes);
	mem_free(plain);
}

/* The number of an account to pay into is told just as a payment is, but
 * for the time of payment. */
static bool
is_only_issued(const struct scheme_profile *profile,
	       const struct scheme_content *content)
{
	const struct scheme_defaults *defaults =
		scheme_defaults_of(profile->kind);
	char *paid_at = scheme_content_get(
		content, profile->field_paid_at ? profile->field_paid_at
						: defaults->paid_at);
	bool issued = !paid_at || !*paid_at;

	mem_free(paid_at);
	return issued;
}

static enum scheme_verdict
read_form(const struct scheme_profile *profile,
	  const struct scheme_request *request, const struct scheme_form *form,
	  struct scheme_notice *notice)
{
	const struct scheme_pair *info = scheme_form_find(form, "TradeInfo");
	const struct scheme_pair *sha = scheme_form_find(form, "TradeSha");
	const struct scheme_secret *secret;
	struct scheme_content content;

	if (!info || !sha) {
		scheme_fault(notice, "no_signature");
		return SCHEME_MALFORMED;
	}
	secret = signer(profile, info, sha);
	if (!secret)
		return SCHEME_FORGED;
	read_info(secret, info, &content);
	scheme_fill(profile, scheme_defaults_of(profile->kind), &content,
		    request->body, request->len, notice);
	if (strcmp(notice->kind, "paid") == 0 &&
	    is_only_issued(profile, &content))
		notice->kind = "issued";
	scheme_content_free(&content);
	return SCHEME_GENUINE;
}

enum scheme_verdict
scheme_newebpay_read(const struct scheme_profile *profile,
		     const struct scheme_request *request,
		     struct scheme_notice *notice)
{
	enum scheme_verdict verdict = SCHEME_MALFORMED;
	struct scheme_form form = {0};

	if (!scheme_is_form(request->content_type)) {
		scheme_fault(notice, "bad_form");
		return verdict;
	}
	switch (scheme_form_parse(&form, request->body, request->len)) {
	case SCHEME_FORM_GOOD:
		verdict = read_form(profile, request, &form, notice);
		break;
	case SCHEME_FORM_REPEATED:
		/* Which one was signed? */
		verdict = SCHEME_FORGED;
		scheme_fault(notice, "bad_form");
		break;
	case SCHEME_FORM_BROKEN:
		scheme_fault(notice, "bad_form");
		break;
	}
	scheme_form_free(&form);
	return verdict;
}
