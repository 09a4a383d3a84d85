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

SSL_CTX *
http_tls_new(const char *certificate, const char *key, char **error)
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
					     SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	if (!SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION))
		*error = openssl_words("TLS", "1.2");
	else if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1)
		*error = openssl_words("certificate", certificate);
	/* Also that it belongs to the certificate. */
	else if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) !=
		 1)
		*error = openssl_words("key", key);
	if (!*error)
		return context;
	SSL_CTX_free(context);
	return NULL;
}
