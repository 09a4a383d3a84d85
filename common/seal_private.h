/*
 * What the modules behind seal.h share.
 */
#ifndef RECARD_SEAL_PRIVATE_H
#define RECARD_SEAL_PRIVATE_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "seal.h"

#define SEAL_KEY_FILE_MAX 65536 /* bytes of a key file */

struct seal_identity {
	X509 *certificate;
	EVP_PKEY *key;
	char *name;
	struct seal_session *session; /* with the token that has the key */
};

/* The key of a token, and the session that it lives in; NULL with *error. */
struct seal_session *seal_session_open(const struct seal_token *token,
				       EVP_PKEY **key, char **error);
void seal_session_close(struct seal_session *session);

struct seal_peer {
	STACK_OF(X509) * certificates;
};

/* Ends the program unless ok is 1: a digest or random number that fails
 * means a broken installation. */
void seal_must(int ok, const char *what);
/* "what: OpenSSL's reason" (mem_free), and an empty error queue. */
char *seal_library_error(const char *what);

/* True when the certificate's validity has begun and not ended. */
bool seal_is_current(const X509 *certificate);
/* The first certificate that is valid now, or NULL. */
X509 *seal_first_current(const struct seal_peer *peer);

#endif
