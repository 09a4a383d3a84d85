/*
 * A server's side of TLS.
 */
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "http_private.h"
#include "mem.h"

static char *
openssl_words(const char *what, const char *path)
{
	const char *reason = ERR_reason_error_string(ERR_peek_error());
	char *words = mem_printf("%s %s: %s", what, path,
				 reason ? reason : "cannot be used");

	ERR_clear_error();
	return words;
}

/* A key with a pass phrase would ask for it at a terminal. */
static int
no_pass_phrase(char *buffer, int size, int writing, void *arg)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)arg;
	return 0;
}

/* Whoever shows no certificate of theirs gets no further. A session is not
 * taken up again: its certificate may have been revoked meanwhile. */
static char *
ask_clients(SSL_CTX *context, const char *ca, const char *crl)
{
	X509_STORE *store = SSL_CTX_get_cert_store(context);
	STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(ca);

	if (!names || SSL_CTX_load_verify_file(context, ca) != 1) {
		sk_X509_NAME_pop_free(names, X509_NAME_free);
		return openssl_words("clients' authority", ca);
	}
	SSL_CTX_set_client_CA_list(context, names);
	if (crl) {
		X509_LOOKUP *lookup =
			X509_STORE_add_lookup(store, X509_LOOKUP_file());

		if (!lookup ||
		    X509_load_crl_file(lookup, crl, X509_FILETYPE_PEM) < 1)
			return openssl_words("revoked certificates", crl);
		X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
	}
	SSL_CTX_set_verify(context,
			   SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
			   NULL);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
	SSL_CTX_set_num_tickets(context, 0);
	return NULL;
}

SSL_CTX *
http_tls_new(const struct http_server_options *o, char **error)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	*error = NULL;
	if (!context) {
		*error = mem_strdup("no TLS");
		return NULL;
	}
	SSL_CTX_set_default_passwd_cb(context, no_pass_phrase);
	SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION |
					     SSL_OP_NO_RENEGOTIATION |
					     SSL_OP_CLEANSE_PLAINTEXT |
					     SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	if (!SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION))
		*error = openssl_words("TLS", "1.2");
	else if (SSL_CTX_use_certificate_chain_file(context, o->certificate) !=
		 1)
		*error = openssl_words("certificate", o->certificate);
	/* Also that it belongs to the certificate. */
	else if (SSL_CTX_use_PrivateKey_file(context, o->key,
					     SSL_FILETYPE_PEM) != 1)
		*error = openssl_words("key", o->key);
	else if (o->client_ca)
		*error = ask_clients(context, o->client_ca, o->client_crl);
	if (!*error)
		return context;
	SSL_CTX_free(context);
	return NULL;
}
