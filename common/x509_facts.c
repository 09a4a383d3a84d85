/*
 * Certificates, keys and digests: see x509_facts.h.
 */
#include <time.h>

#include <openssl/bio.h>
#include <openssl/obj_mac.h>
#include <openssl/objects.h>

#include "mem.h"
#include "seal_private.h"
#include "x509_facts.h"

#define RSA_LEAST 2048
#define CURVE_LEAST 256

bool
x509_seconds(const ASN1_TIME *time, int64_t *out)
{
	struct tm parts;

	if (!time || ASN1_TIME_to_tm(time, &parts) != 1)
		return false;
	*out = timegm(&parts);
	return true;
}

char *
x509_name_text(const X509_NAME *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL, *copy;
	long len;

	seal_must(bio != NULL, "bio");
	(void)X509_NAME_print_ex(bio, name, 0,
				 XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
	len = BIO_get_mem_data(bio, &text);
	copy = mem_strndup(text ? text : "", len > 0 ? (size_t)len : 0);
	BIO_free(bio);
	return copy;
}

bool
x509_key_strong(EVP_PKEY *key)
{
	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
		return EVP_PKEY_get_bits(key) >= RSA_LEAST;
	case EVP_PKEY_EC:
		/* One with parameters of its own has no name. */
		return EVP_PKEY_get_bits(key) >= CURVE_LEAST &&
		       EVP_PKEY_get_group_name(key, NULL, 0, NULL) == 1;
	}
	return false;
}

bool
x509_digest_strong(int nid)
{
	return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
}

const EVP_MD *
x509_signature_digest(const X509_ALGOR *algorithm, EVP_PKEY *key)
{
	const ASN1_OBJECT *object;
	int parameters, digest, kind;

	X509_ALGOR_get0(&object, &parameters, NULL, algorithm);
	if (OBJ_find_sigid_algs(OBJ_obj2nid(object), &digest, &kind) != 1 ||
	    (parameters != V_ASN1_UNDEF && parameters != V_ASN1_NULL) ||
	    kind != EVP_PKEY_get_base_id(key) || !x509_digest_strong(digest))
		return NULL;
	return EVP_get_digestbynid(digest);
}
