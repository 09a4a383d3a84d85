/*
 * Digests, keyed and slow hashes, and CMS sealing, all by OpenSSL. Nothing
 * here trusts a chain: the other side's certificates are pinned, byte for
 * byte, by the files the operator names.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include "buffer.h"
#include "log.h"
#include "mem.h"
#include "seal.h"

#define KEY_BYTES_MIN 32
#define KEY_FILE_MAX 65536
/* Key files may be read by the group, but not more. */
#define KEY_MODE_FORBIDDEN (S_IWGRP | S_IRWXO)

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

struct seal_identity {
	X509 *certificate;
	EVP_PKEY *key;
};

struct seal_peer {
	STACK_OF(X509) * certificates;
};

/* A digest or random number that fails means a broken installation. */
static void
must(int ok, const char *what)
{
	if (ok == 1)
		return;
	log_error("seal.library.failed", kv_str(error, what));
	abort();
}

/* "what: OpenSSL's reason", and an empty error queue. */
static char *
library_error(const char *what)
{
	unsigned long code = ERR_peek_last_error();
	const char *reason = code ? ERR_reason_error_string(code) : NULL;

	ERR_clear_error();
	return mem_printf("%s: %s", what, reason ? reason : "failed");
}

static void
to_hex(const unsigned char *bytes, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * len] = '\0';
}

void
seal_sha256_hex(const void *bytes, size_t len, char out[SEAL_SHA256_HEX])
{
	unsigned char digest[32];

	must(EVP_Digest(bytes, len, digest, NULL, EVP_sha256(), NULL),
	     "sha256");
	to_hex(digest, sizeof(digest), out);
}

int
seal_sha256_fd(int fd, char out[SEAL_SHA256_HEX])
{
	unsigned char block[65536], digest[32];
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	ssize_t got;
	int saved;

	must(context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL),
	     "sha256");
	for (;;) {
		got = read(fd, block, sizeof(block));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		must(EVP_DigestUpdate(context, block, (size_t)got), "sha256");
	}
	saved = errno;
	must(EVP_DigestFinal_ex(context, digest, NULL), "sha256");
	EVP_MD_CTX_free(context);
	if (got < 0) {
		errno = saved;
		return -1;
	}
	to_hex(digest, sizeof(digest), out);
	return 0;
}

void
seal_hmac(const void *key, size_t key_len, const void *bytes, size_t len,
	  unsigned char out[32])
{
	size_t out_len = 0;

	/* OpenSSL takes a NULL key for "use the former one". */
	must(EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, key ? key : "",
		       key_len, bytes, len, out, 32, &out_len) != NULL &&
		     out_len == 32,
	     "hmac");
}

bool
seal_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

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

	must(log2n >= SCRYPT_LOG2N_MIN && log2n <= SCRYPT_LOG2N_MAX,
	     "scrypt_cost");
	must(RAND_bytes(salt, sizeof(salt)), "random");
	must(scrypt_hash(secret, salt, sizeof(salt), log2n, hash_text),
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

/* Opens a file that holds a secret. -1 with *error. */
static int
open_secret(const char *path, char **error)
{
	struct stat st;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		*error = mem_printf("%s: %s", path, strerror(errno));
		return -1;
	}
	if (fstat(fd, &st) != 0)
		*error = mem_printf("%s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		*error = mem_printf("%s: not a regular file", path);
	else if (st.st_mode & KEY_MODE_FORBIDDEN)
		*error = mem_printf("%s: mode %04o lets others in, use 0600 "
				    "or 0640",
				    path, (unsigned int)st.st_mode & 07777);
	else if (st.st_size > KEY_FILE_MAX)
		*error = mem_printf("%s: too large for a key", path);
	else
		return fd;
	close(fd);
	return -1;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Length of the text when it is hex digits and line ends only, else 0. */
static size_t
hex_text(const unsigned char *bytes, size_t len)
{
	size_t digits = 0;

	while (digits < len && hex_value((char)bytes[digits]) >= 0)
		digits++;
	for (size_t i = digits; i < len; i++)
		if (strchr(" \t\r\n", bytes[i]) == NULL || bytes[i] == '\0')
			return 0;
	return digits;
}

unsigned char *
seal_read_key(const char *path, size_t *len, char **error)
{
	unsigned char raw[KEY_FILE_MAX];
	unsigned char *key = NULL;
	size_t used = 0, digits;
	ssize_t got = 0;
	int fd;

	fd = open_secret(path, error);
	if (fd < 0)
		return NULL;
	while (used < sizeof(raw)) {
		got = read(fd, raw + used, sizeof(raw) - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		used += (size_t)got;
	}
	if (got < 0) {
		*error = mem_printf("%s: %s", path, strerror(errno));
		goto out;
	}

	/* Hex text is never taken for a raw key: it would be a weak one. */
	digits = hex_text(raw, used);
	if (digits % 2 != 0) {
		*error = mem_printf("%s: odd number of hex digits", path);
		goto out;
	}
	*len = digits > 0 ? digits / 2 : used;
	if (*len < KEY_BYTES_MIN) {
		*error = mem_printf("%s: key of %zu bytes, at least %d needed",
				    path, *len, KEY_BYTES_MIN);
		goto out;
	}
	key = mem_alloc(*len, 1);
	if (digits == 0)
		memcpy(key, raw, used);
	for (size_t i = 0; i < digits / 2; i++)
		key[i] = (unsigned char)(hex_value((char)raw[2 * i]) << 4 |
					 hex_value((char)raw[2 * i + 1]));
out:
	OPENSSL_cleanse(raw, sizeof(raw));
	close(fd);
	return key;
}

static bool
is_current(const X509 *certificate)
{
	/* X509_cmp_current_time: 0 is an error, so both must be strict. */
	return X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0 &&
	       X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0;
}

/* Never ask a terminal: an encrypted key file is a configuration error. */
static int
no_passphrase(char *into, int size, int writing, void *closure)
{
	(void)into;
	(void)size;
	(void)writing;
	(void)closure;
	return -1;
}

static BIO *
open_pem(const char *path, char **error)
{
	BIO *bio = BIO_new_file(path, "r");

	if (bio == NULL) {
		*error = mem_printf("%s: %s", path, strerror(errno));
		ERR_clear_error();
	}
	return bio;
}

static EVP_PKEY *
read_private_key(const char *path, char **error)
{
	int fd = open_secret(path, error);
	EVP_PKEY *key = NULL;
	BIO *bio;

	if (fd < 0)
		return NULL;
	bio = BIO_new_fd(fd, BIO_CLOSE);
	must(bio != NULL, "bio");
	key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	if (key == NULL)
		*error = library_error(path);
	BIO_free_all(bio);
	return key;
}

struct seal_identity *
seal_identity_load(const char *certificate_path, const char *key_path,
		   char **error)
{
	struct seal_identity *identity = mem_alloc(1, sizeof(*identity));
	BIO *bio;

	*error = NULL;
	ERR_clear_error();
	bio = open_pem(certificate_path, error);
	if (bio == NULL)
		goto out;
	identity->certificate =
		PEM_read_bio_X509(bio, NULL, no_passphrase, NULL);
	BIO_free(bio);
	if (identity->certificate == NULL) {
		*error = library_error(certificate_path);
		goto out;
	}
	if (!is_current(identity->certificate)) {
		*error = mem_printf("%s: certificate is not valid today",
				    certificate_path);
		goto out;
	}
	identity->key = read_private_key(key_path, error);
	if (identity->key == NULL)
		goto out;
	if (X509_check_private_key(identity->certificate, identity->key) != 1) {
		*error = mem_printf("%s: not the key of %s", key_path,
				    certificate_path);
		ERR_clear_error();
		goto out;
	}
	return identity;
out:
	seal_identity_free(identity);
	return NULL;
}

void
seal_identity_free(struct seal_identity *identity)
{
	if (identity == NULL)
		return;
	X509_free(identity->certificate);
	EVP_PKEY_free(identity->key);
	mem_free(identity);
}

/* The first certificate that is valid now, or NULL. */
static X509 *
first_current(const struct seal_peer *peer)
{
	for (int i = 0; i < sk_X509_num(peer->certificates); i++) {
		X509 *certificate = sk_X509_value(peer->certificates, i);

		if (is_current(certificate))
			return certificate;
	}
	return NULL;
}

/* Appends every certificate of bio; false when something in it is bad. */
static bool
read_certificates(BIO *bio, STACK_OF(X509) * certificates)
{
	X509 *certificate;
	unsigned long code;

	while ((certificate =
			PEM_read_bio_X509(bio, NULL, no_passphrase, NULL)))
		must(sk_X509_push(certificates, certificate) > 0, "stack");
	code = ERR_peek_last_error();
	/* "No start line" is how the end of the file looks. */
	return ERR_GET_LIB(code) == ERR_LIB_PEM &&
	       ERR_GET_REASON(code) == PEM_R_NO_START_LINE &&
	       sk_X509_num(certificates) > 0;
}

struct seal_peer *
seal_peer_load(const char *certificates_path, char **error)
{
	struct seal_peer *peer = mem_alloc(1, sizeof(*peer));
	bool ok;
	BIO *bio;

	*error = NULL;
	peer->certificates = sk_X509_new_null();
	must(peer->certificates != NULL, "stack");
	ERR_clear_error();
	bio = open_pem(certificates_path, error);
	if (bio == NULL)
		goto out;
	ok = read_certificates(bio, peer->certificates);
	BIO_free(bio);
	if (!ok) {
		*error = library_error(certificates_path);
		goto out;
	}
	ERR_clear_error();
	/*
	 * During a rotation the next certificate may not be valid yet and
	 * the former one not any more; validity is asked again at each use.
	 */
	if (first_current(peer) == NULL) {
		*error = mem_printf("%s: no certificate is valid today",
				    certificates_path);
		goto out;
	}
	return peer;
out:
	seal_peer_free(peer);
	return NULL;
}

void
seal_peer_free(struct seal_peer *peer)
{
	if (peer == NULL)
		return;
	sk_X509_pop_free(peer->certificates, X509_free);
	mem_free(peer);
}

static BIO *
reader(const void *bytes, size_t len)
{
	BIO *bio = len <= INT_MAX ? BIO_new_mem_buf(len ? bytes : "", (int)len)
				  : NULL;

	/* A gigabyte and more in one piece is a caller's mistake. */
	must(bio != NULL, "bio");
	return bio;
}

/* Appends the DER of cms to out. */
static bool
append_der(CMS_ContentInfo *cms, struct buffer *out)
{
	int size = i2d_CMS_ContentInfo(cms, NULL);
	unsigned char *at;

	if (size <= 0)
		return false;
	buffer_reserve(out, out->len + (size_t)size);
	at = (unsigned char *)out->data + out->len;
	if (i2d_CMS_ContentInfo(cms, &at) != size)
		return false;
	out->len += (size_t)size;
	out->data[out->len] = '\0';
	return true;
}

int
seal_sign(const struct seal_identity *signer, const void *bytes, size_t len,
	  struct buffer *out, char **error)
{
	BIO *content = reader(bytes, len);
	CMS_ContentInfo *cms;
	bool ok;

	*error = NULL;
	ERR_clear_error();
	cms = CMS_sign(NULL, NULL, NULL, NULL, CMS_BINARY | CMS_PARTIAL);
	ok = cms != NULL &&
	     CMS_add1_signer(cms, signer->certificate, signer->key,
			     EVP_sha256(), CMS_BINARY) != NULL &&
	     CMS_final(cms, content, NULL, CMS_BINARY) == 1 &&
	     append_der(cms, out);
	if (!ok)
		*error = library_error("signing");
	CMS_ContentInfo_free(cms);
	BIO_free(content);
	return ok ? 0 : -1;
}

int
seal_close(const struct seal_identity *signer,
	   const struct seal_peer *recipient, const void *bytes, size_t len,
	   struct buffer *out, char **error)
{
	STACK_OF(X509) *recipients = sk_X509_new_null();
	X509 *certificate = first_current(recipient);
	struct buffer signed_data = {0};
	CMS_ContentInfo *cms = NULL;
	BIO *content = NULL;
	int result = -1;

	*error = NULL;
	if (certificate == NULL) {
		*error = mem_printf("encrypting: the recipient has no "
				    "certificate that is valid today");
		goto out;
	}
	/* Content, certificate, signature and frame. */
	buffer_reserve(&signed_data, len + 8192);
	if (seal_sign(signer, bytes, len, &signed_data, error) != 0)
		goto out;
	content = reader(signed_data.data, signed_data.len);
	must(recipients != NULL && sk_X509_push(recipients, certificate) > 0,
	     "stack");
	cms = CMS_encrypt(recipients, content, EVP_aes_256_cbc(), CMS_BINARY);
	if (cms == NULL || !append_der(cms, out)) {
		*error = library_error("encrypting");
		goto out;
	}
	result = 0;
out:
	CMS_ContentInfo_free(cms);
	BIO_free(content);
	sk_X509_free(recipients);
	buffer_free(&signed_data);
	return result;
}

/* One whole CMS structure of the given type and nothing after it, or NULL. */
static CMS_ContentInfo *
parse(const void *bytes, size_t len, int type)
{
	const unsigned char *at = bytes;
	CMS_ContentInfo *cms;

	if (len == 0 || len > INT_MAX)
		return NULL;
	cms = d2i_CMS_ContentInfo(NULL, &at, (long)len);
	if (cms != NULL && at == (const unsigned char *)bytes + len &&
	    OBJ_obj2nid(CMS_get0_type(cms)) == type)
		return cms;
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	return NULL;
}

int
seal_open(const struct seal_identity *recipient, const struct seal_peer *signer,
	  const void *bytes, size_t len, struct buffer *out, char **error)
{
	CMS_ContentInfo *cms = parse(bytes, len, NID_pkcs7_enveloped);
	BIO *plain = BIO_new(BIO_s_mem());
	char *data;
	long size;
	int result = -1;

	*error = NULL;
	ERR_clear_error();
	must(plain != NULL, "bio");
	if (cms == NULL) {
		*error = mem_printf("decrypting: not CMS EnvelopedData");
		goto out;
	}
	if (CMS_decrypt(cms, recipient->key, recipient->certificate, NULL,
			plain, CMS_BINARY) != 1) {
		*error = library_error("decrypting");
		goto out;
	}
	size = BIO_get_mem_data(plain, &data);
	switch (seal_verify(signer, data, size > 0 ? (size_t)size : 0, out)) {
	case SEAL_VERIFIED:
		result = 0;
		break;
	case SEAL_MALFORMED:
		*error = mem_printf("verifying: not CMS SignedData");
		break;
	case SEAL_STRANGER:
		*error = mem_printf("verifying: signed by somebody else");
		break;
	case SEAL_TAMPERED:
		*error = mem_printf("verifying: the signature does not fit");
		break;
	}
out:
	BIO_free(plain);
	CMS_ContentInfo_free(cms);
	return result;
}

static bool
same_certificate(X509 *a, X509 *b)
{
	unsigned char *a_der = NULL, *b_der = NULL;
	int a_len = i2d_X509(a, &a_der), b_len = i2d_X509(b, &b_der);
	bool same = a_len > 0 && a_len == b_len &&
		    memcmp(a_der, b_der, (size_t)a_len) == 0;

	OPENSSL_free(a_der);
	OPENSSL_free(b_der);
	return same;
}

/* True when a certificate inside claims to be info's signer, but is not
 * this one. Such a file speaks of another key, whatever its serial says. */
static bool
contradicted(CMS_SignerInfo *info, STACK_OF(X509) * embedded, X509 *pinned)
{
	for (int i = 0; i < sk_X509_num(embedded); i++) {
		X509 *certificate = sk_X509_value(embedded, i);

		if (CMS_SignerInfo_cert_cmp(info, certificate) == 0 &&
		    !same_certificate(certificate, pinned))
			return true;
	}
	return false;
}

static bool
signature_fits(CMS_ContentInfo *cms, CMS_SignerInfo *info, X509 *pinned)
{
	/* The key comes from the pinned certificate, never from the file. */
	CMS_SignerInfo_set1_signer_cert(info, pinned);
	return CMS_verify(cms, NULL, NULL, NULL, NULL,
			  CMS_BINARY | CMS_NOINTERN |
				  CMS_NO_SIGNER_CERT_VERIFY) == 1;
}

static enum seal_verified
verify_signer(const struct seal_peer *signer, CMS_ContentInfo *cms,
	      CMS_SignerInfo *info)
{
	STACK_OF(X509) *embedded = CMS_get1_certs(cms);
	enum seal_verified verified = SEAL_STRANGER;

	for (int i = 0; i < sk_X509_num(signer->certificates); i++) {
		X509 *pinned = sk_X509_value(signer->certificates, i);

		if (CMS_SignerInfo_cert_cmp(info, pinned) != 0 ||
		    !is_current(pinned) || contradicted(info, embedded, pinned))
			continue;
		if (signature_fits(cms, info, pinned)) {
			verified = SEAL_VERIFIED;
			break;
		}
		verified = SEAL_TAMPERED;
	}
	sk_X509_pop_free(embedded, X509_free);
	return verified;
}

enum seal_verified
seal_verify(const struct seal_peer *signer, const void *bytes, size_t len,
	    struct buffer *out)
{
	enum seal_verified verified = SEAL_MALFORMED;
	STACK_OF(CMS_SignerInfo) * infos;
	ASN1_OCTET_STRING **content;
	CMS_ContentInfo *cms;

	ERR_clear_error();
	cms = parse(bytes, len, NID_pkcs7_signed);
	if (cms == NULL)
		return SEAL_MALFORMED;
	content = CMS_get0_content(cms);
	if (OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_pkcs7_data ||
	    content == NULL || *content == NULL)
		goto out;
	infos = CMS_get0_SignerInfos(cms);
	if (sk_CMS_SignerInfo_num(infos) < 1)
		goto out;
	if (sk_CMS_SignerInfo_num(infos) > 1) {
		verified = SEAL_STRANGER;
		goto out;
	}
	verified =
		verify_signer(signer, cms, sk_CMS_SignerInfo_value(infos, 0));
	/* What CMS_verify() digested is this very string. */
	if (verified == SEAL_VERIFIED && ASN1_STRING_length(*content) > 0)
		buffer_append(out, ASN1_STRING_get0_data(*content),
			      (size_t)ASN1_STRING_length(*content));
out:
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	return verified;
}
