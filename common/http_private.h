/*
 * Inside of the HTTP server: its connections and requests, where it listens,
 * and TLS. Nobody else includes this.
 */
#ifndef RECARD_HTTP_PRIVATE_H
#define RECARD_HTTP_PRIVATE_H

#include <event2/listener.h>
#include <openssl/types.h>
#include <sys/queue.h>

#include "http_server.h"

struct http_connection {
	TAILQ_ENTRY(http_connection) entry;
	struct http_server *server;
	struct bufferevent *stream;       /* a reference of ours */
	struct evhttp_connection *evhttp; /* NULL before the first request */
	struct http_request *pending;
	int64_t since; /* start, or last answer; monotonic ms */
};

struct http_request {
	struct http_connection *connection; /* NULL: the client is gone */
	struct evhttp_request *evhttp;      /* as long as the connection */
};

enum { HTTP_SECURE, HTTP_PLAIN, HTTP_SIDES };

struct http_server {
	const struct http_server_options *options;
	struct event_base *base;
	http_handler *handler;
	void *arg;
	struct evhttp *sides[HTTP_SIDES];
	struct evconnlistener *listeners[HTTP_SIDES];
	SSL_CTX *tls;
	struct event *sweep;
	TAILQ_HEAD(, http_connection) connections;
	size_t count, pending;
	bool quiet;
};

/* A listener that is not enabled yet. NULL with *error (mem_free). */
struct evconnlistener *http_listen(struct event_base *base, const char *address,
				   char **error);
/* NULL, or in words what is wrong with an address (mem_free). plain: it must
 * be one that only this host reaches. */
char *http_listen_objection(const char *address, bool plain);

/* A server's TLS context: 1.2 or better, with the clients' authority if there
 * is one. NULL with *error (mem_free), which never quotes the key. */
SSL_CTX *http_tls_new(const struct http_server_options *options, char **error);

#endif
