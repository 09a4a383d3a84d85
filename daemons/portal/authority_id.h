/*
 * An authority's identity: two may have the same name, as when it has a new
 * key, so it is a digest of its name and its key.
 */
#ifndef RECARD_AUTHORITY_ID_H
#define RECARD_AUTHORITY_ID_H

#include <openssl/x509.h>

#include "revoked_set.h"

void authority_id(const X509 *authority, unsigned char out[REVOKED_ID]);

#endif
