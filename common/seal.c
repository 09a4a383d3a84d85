/*
 * Digests and the keyed hash, and what becomes of OpenSSL's failures.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "hex.h"
#include "log.h"
#include "mem.h"
#include "seal_private.h"

void
seal_must(int ok, const char *what)
{
	if (ok == 1)
		return;
	log_error("seal.library.failed", kv_str(error, what));
	abort();
}

char *
seal_library_error(const char *what)
{
	unsigned long code = ERR_peek_last_error();
	const char *reason = code ? ERR_reason_error_string(code) : NULL;

	ERR_clear_error();
	return mem_printf("%s: %s", what, reason ? reason : "failed");
}

struct seal_sha256 {
	EVP_MD_CTX *context;
};

struct seal_sha256 *
seal_sha256_begin(void)
{
	struct seal_sha256 *digest = mem_alloc(1, sizeof(*digest));

	digest->context = EVP_MD_CTX_new();
	seal_must(
		digest->context != NULL &&
			EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL),
		"sha256");
	return digest;
}

void
seal_sha256_add(struct seal_sha256 *digest, const void *bytes, size_t len)
{
	seal_must(EVP_DigestUpdate(digest->context, bytes, len), "sha256");
}

void
seal_sha256_end(struct seal_sha256 *digest, char out[SEAL_SHA256_HEX])
{
	unsigned char bytes[32];

	seal_must(EVP_DigestFinal_ex(digest->context, bytes, NULL), "sha256");
	hex_encode(bytes, sizeof(bytes), out);
	EVP_MD_CTX_free(digest->context);
	mem_free(digest);
}

void
seal_sha256_hex(const void *bytes, size_t len, char out[SEAL_SHA256_HEX])
{
	struct seal_sha256 *digest = seal_sha256_begin();

	seal_sha256_add(digest, bytes, len);
	seal_sha256_end(digest, out);
}

int
seal_sha256_fd(int fd, char out[SEAL_SHA256_HEX])
{
	struct seal_sha256 *digest = seal_sha256_begin();
	unsigned char block[65536];
	ssize_t got;
	int saved;

	for (;;) {
		got = read(fd, block, sizeof(block));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		seal_sha256_add(digest, block, (size_t)got);
	}
	saved = errno;
	seal_sha256_end(digest, out);
	errno = saved;
	return got < 0 ? -1 : 0;
}

void
seal_hmac(const void *key, size_t key_len, const void *bytes, size_t len,
	  unsigned char out[32])
{
	size_t out_len = 0;

	/* OpenSSL takes a NULL key for "use the former one". */
	seal_must(EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, key ? key : "",
			    key_len, bytes, len, out, 32, &out_len) != NULL &&
			  out_len == 32,
		  "hmac");
}

bool
seal_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}
