/*
 * Inside of the HTTP server: where it listens, and TLS. Nobody else includes
 * this.
 */
#ifndef RECARD_HTTP_PRIVATE_H
#define RECARD_HTTP_PRIVATE_H

#include <event2/listener.h>
#include <openssl/types.h>

#include "http_server.h"

/* A listener that is not enabled yet. NULL with *error (mem_free). */
struct evconnlistener *http_listen(struct event_base *base, const char *address,
				   char **error);
/* NULL, or in words what is wrong with an address (mem_free). plain: it must
 * be one that only this host reaches. */
char *http_listen_objection(const char *address, bool plain);

/* A server's TLS context: 1.2 or better. NULL with *error (mem_free), which
 * never quotes the key. */
SSL_CTX *http_tls_new(const char *certificate, const char *key, char **error);

#endif
