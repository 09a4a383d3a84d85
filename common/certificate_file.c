/*
 * Certificates in files: see certificate_file.h.
 */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

#include "certificate_file.h"
#include "hex.h"
#include "mem.h"
#include "x509_facts.h"

bool
certificate_file_read(const char *path, struct certificate_facts *facts,
		      char **error)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	BIO *file = BIO_new_file(path, "re");
	X509 *certificate =
		file ? PEM_read_bio_X509(file, NULL, NULL, NULL) : NULL;
	bool good = certificate &&
		    X509_digest(certificate, EVP_sha256(), digest, &len) == 1 &&
		    x509_seconds(X509_get0_notBefore(certificate),
				 &facts->begins) &&
		    x509_seconds(X509_get0_notAfter(certificate), &facts->ends);

	if (good)
		hex_encode(digest, len, facts->fingerprint);
	else
		*error = mem_printf("%s: %s", path,
				    file ? "holds no certificate (PEM)"
					 : strerror(errno));
	X509_free(certificate);
	BIO_free(file);
	ERR_clear_error();
	return good;
}
