/*
 * The slow hash for user codes, in the text form of its parameters; and that
 * of codes which the database had to hash.
 */
#include <crypt.h>
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
#define HASH_LEN ((SCRYPT_HASH * 4 + 2) / 3) /* of its text, unpadded */

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

/* A text of the form that seal_scrypt() writes, taken apart. */
struct scrypt {
	int log2n;
	size_t salt_len;
	unsigned char salt[BASE64_SIZE(SCRYPT_SALT_MAX)];
	const char *hash; /* in the text */
};

static bool
scrypt_parse(const char *encoded, struct scrypt *parsed)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz"
				       "0123456789+/";
	static const char front[] = "$scrypt$ln=", middle[] = ",r=8,p=1$";
	char padded[BASE64_SIZE(SCRYPT_SALT_MAX)];
	char salt_text[BASE64_SIZE(SCRYPT_SALT_MAX)];
	const char *at = encoded;
	size_t text_len;

	_Static_assert(SCRYPT_R == 8 && SCRYPT_P == 1, "as in the text");
	if (strncmp(at, front, sizeof(front) - 1) != 0)
		return false;
	at += sizeof(front) - 1;
	if (at[0] < '1' || at[0] > '2' || at[1] < '0' || at[1] > '9')
		return false;
	parsed->log2n = (at[0] - '0') * 10 + (at[1] - '0');
	at += 2;
	if (parsed->log2n < SCRYPT_LOG2N_MIN ||
	    parsed->log2n > SCRYPT_LOG2N_MAX ||
	    strncmp(at, middle, sizeof(middle) - 1) != 0)
		return false;
	at += sizeof(middle) - 1;

	text_len = strspn(at, alphabet);
	parsed->salt_len = text_len * 3 / 4;
	if (parsed->salt_len < SCRYPT_SALT_MIN ||
	    parsed->salt_len > SCRYPT_SALT_MAX || text_len % 4 == 1 ||
	    at[text_len] != '$')
		return false;
	memset(padded, '=', sizeof(padded));
	memcpy(padded, at, text_len);
	if (EVP_DecodeBlock(parsed->salt, (unsigned char *)padded,
			    (int)((text_len + 3) / 4 * 4)) < 0)
		return false;
	/* One salt has one spelling. */
	if (base64(parsed->salt, parsed->salt_len, salt_text) != text_len ||
	    memcmp(salt_text, at, text_len) != 0)
		return false;
	parsed->hash = at + text_len + 1;
	return strlen(parsed->hash) == HASH_LEN &&
	       strspn(parsed->hash, alphabet) == HASH_LEN;
}

bool
seal_scrypt_ok(const char *encoded)
{
	struct scrypt parsed;

	return scrypt_parse(encoded, &parsed);
}

bool
seal_scrypt_verify(const char *secret, const char *encoded)
{
	char hash_text[BASE64_SIZE(SCRYPT_HASH)];
	struct scrypt parsed;

	if (!scrypt_parse(encoded, &parsed))
		return false;
	if (!scrypt_hash(secret, parsed.salt, parsed.salt_len, parsed.log2n,
			 hash_text)) {
		ERR_clear_error();
		return false;
	}
	return seal_equal(parsed.hash, hash_text, HASH_LEN);
}

/* What pgcrypto makes of a code that came to the database in clear. */
static bool
bcrypt_verify(const char *secret, const char *encoded)
{
	/* 32 KiB of working memory, which holds the secret. */
	struct crypt_data *work = mem_alloc(1, sizeof(*work));
	const char *hash = crypt_rn(secret, encoded, work, sizeof(*work));
	size_t len = strlen(encoded);
	bool right =
		hash && strlen(hash) == len && seal_equal(hash, encoded, len);

	mem_free_secret(work, sizeof(*work));
	return right;
}

bool
seal_code_verify(const char *code, const char *encoded)
{
	return strncmp(encoded, "$2a$", 4) == 0
		       ? bcrypt_verify(code, encoded)
		       : seal_scrypt_verify(code, encoded);
}
