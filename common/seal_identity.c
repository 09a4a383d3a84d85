/*
 * Our certificate with its key, and the pinned certificates of the other
 * side. Nothing here trusts a chain.
 */
#include <errno.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "mem.h"
#include "seal_private.h"
#include "secret_file.h"
#include "x509_facts.h"

bool
seal_is_current(const X509 *certificate)
{
	/* X509_cmp_current_time: 0 is an error, so both seal_must be strict. */
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
	int fd = secret_file_open(path, SEAL_KEY_FILE_MAX, error);
	EVP_PKEY *key = NULL;
	BIO *bio;

	if (fd < 0)
		return NULL;
	bio = BIO_new_fd(fd, BIO_CLOSE);
	seal_must(bio != NULL, "bio");
	key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	if (key == NULL)
		*error = seal_library_error(path);
	BIO_free_all(bio);
	return key;
}

static int64_t
seconds(const ASN1_TIME *time)
{
	int64_t since_1970;

	return x509_seconds(time, &since_1970) ? since_1970 : 0;
}

static bool
read_certificate(struct seal_identity *identity, const char *path, char **error)
{
	BIO *bio = open_pem(path, error);

	if (bio == NULL)
		return false;
	identity->certificate =
		PEM_read_bio_X509(bio, NULL, no_passphrase, NULL);
	BIO_free(bio);
	if (identity->certificate == NULL) {
		*error = seal_library_error(path);
		return false;
	}
	identity->name =
		x509_name_text(X509_get_subject_name(identity->certificate));
	return true;
}

/* The identity when certificate and key belong together; else it is freed. */
static struct seal_identity *
complete(struct seal_identity *identity, const char *certificate_path,
	 const char *key_place, char **error)
{
	if (identity->key != NULL &&
	    X509_check_private_key(identity->certificate, identity->key) == 1)
		return identity;
	if (identity->key != NULL)
		*error = mem_printf("%s: not the key of %s", key_place,
				    certificate_path);
	ERR_clear_error();
	seal_identity_free(identity);
	return NULL;
}

struct seal_identity *
seal_identity_load(const char *certificate_path, const char *key_path,
		   char **error)
{
	struct seal_identity *identity = mem_alloc(1, sizeof(*identity));

	*error = NULL;
	ERR_clear_error();
	if (read_certificate(identity, certificate_path, error))
		identity->key = read_private_key(key_path, error);
	return complete(identity, certificate_path, key_path, error);
}

struct seal_identity *
seal_identity_token(const char *certificate_path,
		    const struct seal_token *token, char **error)
{
	struct seal_identity *identity = mem_alloc(1, sizeof(*identity));

	*error = NULL;
	ERR_clear_error();
	if (read_certificate(identity, certificate_path, error))
		identity->session =
			seal_session_open(token, &identity->key, error);
	return complete(identity, certificate_path, token->uri, error);
}

bool
seal_identity_current(const struct seal_identity *identity)
{
	return seal_is_current(identity->certificate);
}

int64_t
seal_identity_expires(const struct seal_identity *identity)
{
	return seconds(X509_get0_notAfter(identity->certificate));
}

const char *
seal_identity_name(const struct seal_identity *identity)
{
	return identity->name;
}

void
seal_identity_free(struct seal_identity *identity)
{
	if (identity == NULL)
		return;
	X509_free(identity->certificate);
	EVP_PKEY_free(identity->key);
	seal_session_close(identity->session);
	mem_free(identity->name);
	mem_free(identity);
}

X509 *
seal_first_current(const struct seal_peer *peer)
{
	for (int i = 0; i < sk_X509_num(peer->certificates); i++) {
		X509 *certificate = sk_X509_value(peer->certificates, i);

		if (seal_is_current(certificate))
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
		seal_must(sk_X509_push(certificates, certificate) > 0, "stack");
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
	seal_must(peer->certificates != NULL, "stack");
	ERR_clear_error();
	bio = open_pem(certificates_path, error);
	if (bio == NULL)
		goto out;
	ok = read_certificates(bio, peer->certificates);
	BIO_free(bio);
	if (!ok) {
		*error = seal_library_error(certificates_path);
		goto out;
	}
	ERR_clear_error();
	/*
	 * During a rotation the next certificate may not be valid yet and
	 * the former one not any more; validity is asked again at each use.
	 */
	if (seal_first_current(peer) == NULL) {
		*error = mem_printf("%s: no certificate is valid today",
				    certificates_path);
		goto out;
	}
	return peer;
out:
	seal_peer_free(peer);
	return NULL;
}

int64_t
seal_peer_expires(const struct seal_peer *peer)
{
	X509 *first = seal_first_current(peer);
	int64_t until = first ? seconds(X509_get0_notAfter(first)) : 0;
	bool grown = first != NULL;

	/* Each round takes one in that begins before the others end. */
	while (grown) {
		grown = false;
		for (int i = 0; i < sk_X509_num(peer->certificates); i++) {
			const X509 *next = sk_X509_value(peer->certificates, i);

			if (seconds(X509_get0_notBefore(next)) > until ||
			    seconds(X509_get0_notAfter(next)) <= until)
				continue;
			until = seconds(X509_get0_notAfter(next));
			grown = true;
		}
	}
	return until;
}

void
seal_peer_free(struct seal_peer *peer)
{
	if (peer == NULL)
		return;
	sk_X509_pop_free(peer->certificates, X509_free);
	mem_free(peer);
}
