/*
 * The slow hash for user codes, in the text form of its parameters.
 */
#include <stdint.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rand.h>

#include "mem.h"
#include "seal_private.h"

#define SCRYPT_LOG2N_MIN 10
#define SCRYPT_LOG2N_MAX 20
#define SCRYPT_R 8
#define SCRYPT_P 1
#define SCRYPT_SALT 16
#define SCRYPT_SALT_MIN 8
#define SCRYPT_SALT_MAX 32
#define SCRYPT_HASH 32
/* Base64 of n bytes with padding and NUL. */
#define BASE64_SIZE(n) (((n) + 2) / 3 * 4 + 1)

/* Base64 without padding; returns the length. */
static size_t
base64(const unsigned char *bytes, size_t len, char *out)
{
	int n = EVP_EncodeBlock((unsigned char *)out, bytes, (int)len);

	while (n > 0 && out[n - 1] == '=')
		n--;
	out[n] = '\0';
	return (size_t)n;
}

/* The hash as unpadded base64 text. */
static bool
scrypt_hash(const char *secret, const unsigned char *salt, size_t salt_len,
	    int log2n, char out[BASE64_SIZE(SCRYPT_HASH)])
{
	unsigned char hash[SCRYPT_HASH];
	uint64_t n = (uint64_t)1 << log2n;
	/* What the algorithm needs, and a little: the default is 32 MiB. */
	uint64_t memory = 128 * SCRYPT_R * (n + 2 + SCRYPT_P) + 65536;
	bool ok;

	ok = EVP_PBE_scrypt(secret, strlen(secret), salt, salt_len, n, SCRYPT_R,
			    SCRYPT_P, memory, hash, sizeof(hash)) == 1;
	if (ok)
		base64(hash, sizeof(hash), out);
	OPENSSL_cleanse(hash, sizeof(hash));
	return ok;
}

char *
seal_scrypt(const char *secret, int log2n)
{
	unsigned char salt[SCRYPT_SALT];
	char salt_text[BASE64_SIZE(SCRYPT_SALT)];
	char hash_text[BASE64_SIZE(SCRYPT_HASH)];

	seal_must(log2n >= SCRYPT_LOG2N_MIN && log2n <= SCRYPT_LOG2N_MAX,
		  "scrypt_cost");
	seal_must(RAND_bytes(salt, sizeof(salt)), "random");
	seal_must(scrypt_hash(secret, salt, sizeof(salt), log2n, hash_text),
		  "scrypt");
	base64(salt, sizeof(salt), salt_text);
	return mem_printf("$scrypt$ln=%d,r=%d,p=%d$%s$%s", log2n, SCRYPT_R,
			  SCRYPT_P, salt_text, hash_text);
}

bool
seal_scrypt_verify(const char *secret, const char *encoded)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz"
				       "0123456789+/";
	static const char front[] = "$scrypt$ln=", middle[] = ",r=8,p=1$";
	char padded[BASE64_SIZE(SCRYPT_SALT_MAX)];
	unsigned char salt[sizeof(padded)];
	char salt_text[BASE64_SIZE(SCRYPT_SALT_MAX)];
	char hash_text[BASE64_SIZE(SCRYPT_HASH)];
	const char *at = encoded;
	size_t text_len, salt_len, hash_len;
	int log2n;

	_Static_assert(SCRYPT_R == 8 && SCRYPT_P == 1, "as in the text");
	if (strncmp(at, front, sizeof(front) - 1) != 0)
		return false;
	at += sizeof(front) - 1;
	if (at[0] < '1' || at[0] > '2' || at[1] < '0' || at[1] > '9')
		return false;
	log2n = (at[0] - '0') * 10 + (at[1] - '0');
	at += 2;
	if (log2n < SCRYPT_LOG2N_MIN || log2n > SCRYPT_LOG2N_MAX ||
	    strncmp(at, middle, sizeof(middle) - 1) != 0)
		return false;
	at += sizeof(middle) - 1;

	text_len = strspn(at, alphabet);
	salt_len = text_len * 3 / 4;
	if (salt_len < SCRYPT_SALT_MIN || salt_len > SCRYPT_SALT_MAX ||
	    text_len % 4 == 1 || at[text_len] != '$')
		return false;
	memset(padded, '=', sizeof(padded));
	memcpy(padded, at, text_len);
	if (EVP_DecodeBlock(salt, (unsigned char *)padded,
			    (int)((text_len + 3) / 4 * 4)) < 0)
		return false;
	/* One salt has one spelling. */
	if (base64(salt, salt_len, salt_text) != text_len ||
	    memcmp(salt_text, at, text_len) != 0)
		return false;
	at += text_len + 1;

	hash_len = strlen(at);
	if (!scrypt_hash(secret, salt, salt_len, log2n, hash_text)) {
		ERR_clear_error();
		return false;
	}
	return hash_len == strlen(hash_text) &&
	       seal_equal(at, hash_text, hash_len);
}
