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

void
seal_sha256_hex(const void *bytes, size_t len, char out[SEAL_SHA256_HEX])
{
	unsigned char digest[32];

	seal_must(EVP_Digest(bytes, len, digest, NULL, EVP_sha256(), NULL),
		  "sha256");
	hex_encode(digest, sizeof(digest), out);
}

int
seal_sha256_fd(int fd, char out[SEAL_SHA256_HEX])
{
	unsigned char block[65536], digest[32];
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	ssize_t got;
	int saved;

	seal_must(context != NULL &&
			  EVP_DigestInit_ex(context, EVP_sha256(), NULL),
		  "sha256");
	for (;;) {
		got = read(fd, block, sizeof(block));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		seal_must(EVP_DigestUpdate(context, block, (size_t)got),
			  "sha256");
	}
	saved = errno;
	seal_must(EVP_DigestFinal_ex(context, digest, NULL), "sha256");
	EVP_MD_CTX_free(context);
	if (got < 0) {
		errno = saved;
		return -1;
	}
	hex_encode(digest, sizeof(digest), out);
	return 0;
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
