/*
 * The certificate of an IPP printer; see print_tls.h. libcups encrypts, but
 * leaves whom to trust to its caller; the chain is judged by OpenSSL as
 * everywhere else here.
 */
#include <cups/cups.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "print_tls.h"
#include "printer.h"

/* The chain as the printer showed it, its own certificate first. */
static STACK_OF(X509) * read_chain(cups_array_t *shown)
{
	STACK_OF(X509) *chain = sk_X509_new_null();
	http_credential_t *credential;

	if (!chain)
		return NULL;
	for (credential = cupsArrayFirst(shown); credential;
	     credential = cupsArrayNext(shown)) {
		const unsigned char *der = credential->data;
		X509 *certificate =
			d2i_X509(NULL, &der, (long)credential->datalen);

		if (!certificate || !sk_X509_push(chain, certificate)) {
			X509_free(certificate);
			break;
		}
	}
	return chain;
}

static bool
trusted(STACK_OF(X509) * chain, const struct printer *printer)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *check = X509_STORE_CTX_new();
	bool good = false;

	if (store && check &&
	    X509_STORE_load_file(store, printer->settings->ca_file) == 1 &&
	    X509_STORE_CTX_init(check, store, sk_X509_value(chain, 0), chain) ==
		    1) {
		X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(check);

		good = X509_STORE_CTX_set_purpose(
			       check, X509_PURPOSE_SSL_SERVER) == 1 &&
		       (X509_VERIFY_PARAM_set1_ip_asc(param, printer->host) ==
				1 ||
			X509_VERIFY_PARAM_set1_host(param, printer->host, 0) ==
				1) &&
		       X509_verify_cert(check) == 1;
	}
	X509_STORE_CTX_free(check);
	X509_STORE_free(store);
	return good;
}

const char *
print_tls_objection(http_t *http, const struct printer *printer)
{
	const char *objection = "its certificate is not to be trusted";
	cups_array_t *shown = NULL;
	STACK_OF(X509) * chain;

	if (!httpIsEncrypted(http))
		return "no TLS";
	if (httpCopyCredentials(http, &shown) != 0 || !shown)
		return "it shows no certificate";
	chain = read_chain(shown);
	if (chain && sk_X509_num(chain) > 0 && trusted(chain, printer))
		objection = NULL;
	sk_X509_pop_free(chain, X509_free);
	httpFreeCredentials(shown);
	return objection;
}
