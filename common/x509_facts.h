/*
 * What we ask of libcrypto's certificates, keys and digests in more than one
 * place.
 */
#ifndef RECARD_X509_FACTS_H
#define RECARD_X509_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

/* Seconds since 1970; false when it is no time. */
bool x509_seconds(const ASN1_TIME *time, int64_t *out);
/* A name as RFC 2253 writes it, in UTF-8; control characters come escaped.
 * mem_free() it. */
char *x509_name_text(const X509_NAME *name);
/* RSA from 2048 bits, or a named curve from P-256: what nobody can break, and
 * nothing else. */
bool x509_key_strong(EVP_PKEY *key);
/* SHA-256, SHA-384 or SHA-512, by NID. */
bool x509_digest_strong(int nid);
/* The digest of a signature algorithm that fits key, and that is strong; NULL
 * when it does not, or is not. */
const EVP_MD *x509_signature_digest(const X509_ALGOR *algorithm, EVP_PKEY *key);

#endif
