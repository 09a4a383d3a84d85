/*
 * Cryptography, all by OpenSSL: digests, the keyed hash, the slow hash for
 * user codes, and CMS (RFC 5652) sealing of files to and from the card line.
 */
#ifndef RECARD_SEAL_H
#define RECARD_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;

#define SEAL_SHA256_HEX 65 /* with NUL */

struct seal_sha256; /* of bytes that come piece by piece */

struct seal_sha256 *seal_sha256_begin(void);
void seal_sha256_add(struct seal_sha256 *digest, const void *bytes, size_t len);
/* Gives the digest and frees. */
void seal_sha256_end(struct seal_sha256 *digest, char out[SEAL_SHA256_HEX]);
void seal_sha256_hex(const void *bytes, size_t len, char out[SEAL_SHA256_HEX]);
/* SHA-256 of everything readable from fd (from its position). 0 or -1. */
int seal_sha256_fd(int fd, char out[SEAL_SHA256_HEX]);
/* HMAC-SHA-256, 32 bytes. */
void seal_hmac(const void *key, size_t key_len, const void *bytes, size_t len,
	       unsigned char out[32]);
/* True when equal; takes the same time whether or not they are. */
bool seal_equal(const void *a, const void *b, size_t len);

/* scrypt (RFC 7914) as "$scrypt$ln=15,r=8,p=1$<salt b64>$<hash b64>", 16
 * bytes of fresh salt, 32 of hash; log2n from 10 to 20. mem_free() it. */
char *seal_scrypt(const char *secret, int log2n);
/* Whether a text is of that form. */
bool seal_scrypt_ok(const char *encoded);
/* Checks secret against such a text; false also when it is malformed. */
bool seal_scrypt_verify(const char *secret, const char *encoded);
/* Checks a user code against what recard.activation keeps: such a text, or a
 * "$2a$" one (bcrypt) that the database made. Slow, as both are. */
bool seal_code_verify(const char *code, const char *encoded);

/* Reads a key file: hex or raw, at least 32 bytes of key. The file must be
 * regular and not accessible by group (write) or others. Length in *len;
 * mem_free_secret() it. NULL with *error (mem_free) otherwise. */
unsigned char *seal_read_key(const char *path, size_t *len, char **error);

struct seal_identity; /* certificate with its private key */
struct seal_peer;     /* somebody else's certificate(s) */

/* PEM files. NULL with *error (mem_free), which names the file. A key file
 * that seal_read_key() would refuse for its mode is refused, and so is one
 * with a passphrase. The certificate may be one whose time has not come yet,
 * or is over: see seal_identity_current(). */
struct seal_identity *seal_identity_load(const char *certificate_path,
					 const char *key_path, char **error);
/* A key that stays in a PKCS#11 token (RFC 7512). */
struct seal_token {
	const char *module;   /* path of the token's library */
	const char *uri;      /* "pkcs11:token=recard;object=batch" */
	const char *pin_file; /* secret file with its PIN */
};
struct seal_identity *seal_identity_token(const char *certificate_path,
					  const struct seal_token *token,
					  char **error);
void seal_identity_free(struct seal_identity *identity);
/* Whether the certificate is valid now. */
bool seal_identity_current(const struct seal_identity *identity);
/* The end of its validity: seconds since 1970. */
int64_t seal_identity_expires(const struct seal_identity *identity);
/* Its subject (RFC 2253), fit for a log; the identity owns it. */
const char *seal_identity_name(const struct seal_identity *identity);
/* One or more PEM certificates in one file (rotation); refused unless one of
 * them is valid now. */
struct seal_peer *seal_peer_load(const char *certificates_path, char **error);
void seal_peer_free(struct seal_peer *peer);
/* Until when, without a gap, one of them is valid: seconds since 1970; 0 when
 * none is valid now. */
int64_t seal_peer_expires(const struct seal_peer *peer);

/* The signed attribute that links a batch to the one before it, a UTF8String;
 * an OID of our own under 2.25 (ITU-T X.667). */
#define SEAL_LINK_OID "2.25.278720386295857930226621398938677524127"

/* CMS SignedData by signer inside EnvelopedData (AES-256-CBC) to the first
 * certificate of recipient that is valid now, DER, appended to out. link
 * (NULL: none) is signed as SEAL_LINK_OID. 0, or -1 with *error. */
int seal_close(const struct seal_identity *signer,
	       const struct seal_peer *recipient, const void *bytes, size_t len,
	       const char *link, struct buffer *out, char **error);
/* The reverse, for tests and stand-ins: decrypts with recipient's key and
 * verifies that signer signed. Content appended to out. */
int seal_open(const struct seal_identity *recipient,
	      const struct seal_peer *signer, const void *bytes, size_t len,
	      struct buffer *out, char **error);
/* CMS SignedData, content inside, DER. */
int seal_sign(const struct seal_identity *signer, const void *bytes, size_t len,
	      struct buffer *out, char **error);
enum seal_verified {
	SEAL_VERIFIED,
	SEAL_MALFORMED, /* not CMS SignedData with content */
	SEAL_STRANGER,  /* signed, but not by a certificate of signer */
	SEAL_TAMPERED   /* the signature does not fit the content */
};
/* Exactly one signer, whose certificate is one of signer's (compared as a
 * whole, valid now) and whose signature fits; content appended to out. */
enum seal_verified seal_verify(const struct seal_peer *signer,
			       const void *bytes, size_t len,
			       struct buffer *out);
/* The same for what was signed long ago: whether the certificate is valid now
 * does not matter. */
enum seal_verified seal_verify_past(const struct seal_peer *signer,
				    const void *bytes, size_t len,
				    struct buffer *out);

#endif
