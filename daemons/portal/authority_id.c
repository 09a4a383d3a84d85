/*
 * An authority's identity: see authority_id.h.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "authority_id.h"
#include "seal_private.h"

void
authority_id(const X509 *authority, unsigned char out[REVOKED_ID])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char *name = NULL, *key = NULL;
	int name_len = i2d_X509_NAME(X509_get_subject_name(authority), &name);
	int key_len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(authority), &key);

	/* Both are DER, which says where it ends. */
	seal_must(context && name_len > 0 && key_len > 0 &&
			  EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
			  EVP_DigestUpdate(context, name, (size_t)name_len) ==
				  1 &&
			  EVP_DigestUpdate(context, key, (size_t)key_len) ==
				  1 &&
			  EVP_DigestFinal_ex(context, out, NULL) == 1,
		  "digest");
	OPENSSL_free(name);
	OPENSSL_free(key);
	EVP_MD_CTX_free(context);
}
