/*
 * An HTTP server on the event loop: evhttp, TLS by bufferevent_openssl, and
 * what evhttp leaves open: a bound on connections, and on the time in which a
 * request must be there, so that slow clients hold nobody up. For portals and
 * notices, small requests and answers; behind a proxy it listens in the clear
 * on loopback or a Unix socket, and there only.
 */
#ifndef RECARD_HTTP_SERVER_H
#define RECARD_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http_settings.h"

struct event_base;
struct http_server;
struct http_request;

/* The rows of a server for whoever comes, by TLS or through a proxy. */
#define HTTP_SERVER_SETTINGS(where)                                            \
	{"listen",                                                             \
	 CONF_STRING,                                                          \
	 (where) + offsetof(struct http_server_options, listen),               \
	 NULL,                                                                 \
	 0,                                                                    \
	 0,                                                                    \
	 false,                                                                \
	 "Address and port of the HTTPS server; not set: none."},              \
		{"listen_plain",                                               \
		 CONF_STRING,                                                  \
		 (where) + offsetof(struct http_server_options, listen_plain), \
		 NULL,                                                         \
		 0,                                                            \
		 0,                                                            \
		 false,                                                        \
		 "Loopback address and port, or unix:PATH, where a proxy is "  \
		 "served "                                                     \
		 "without TLS."},                                              \
		HTTP_TLS_SETTINGS(where), HTTP_LIMIT_SETTINGS(where)

/*
 * Called for each request that has arrived whole. It must be answered once,
 * now or later; until then it stays valid, also when its client is gone.
 */
typedef void http_handler(struct http_request *request, void *arg);

/* NULL, or in words what is wrong with the options, certificate and key
 * included (mem_free). Opens nothing. */
char *http_server_objection(const struct http_server_options *options);
/*
 * Listens. options are borrowed. NULL with *error (mem_free) when an address
 * cannot be had. With neither address it is a server that nobody reaches.
 */
struct http_server *http_server_new(struct event_base *base,
				    const struct http_server_options *options,
				    http_handler *handler, void *arg,
				    char **error);
/* Uses certificate and key as the options name them now, for connections to
 * come. NULL, or what is wrong: then the old ones stay. */
char *http_server_renew(struct http_server *server);
/* Takes no more connections and closes those that wait for a request. */
void http_server_quiesce(struct http_server *server);
/* Requests that were not answered yet. */
size_t http_server_pending(const struct http_server *server);
void http_server_free(struct http_server *server);

/* "GET", "POST" …; "" for one that no handler of ours knows. */
const char *http_request_method(const struct http_request *request);
/* Without its query; not decoded. */
const char *http_request_path(const struct http_request *request);
/* What stands after the path's question mark, not decoded; "" when nothing. */
const char *http_request_query(const struct http_request *request);
const char *http_request_header(const struct http_request *request,
				const char *name);
/* All of the header, "Name: value" a line, UTF-8. mem_free() it. */
char *http_request_headers(const struct http_request *request);
/* Whether its client still waits. When not, the rest of it is empty. */
bool http_request_waits(const struct http_request *request);
const char *http_request_peer(const struct http_request *request);
/* Whether it came by TLS, and not through a proxy. */
bool http_request_secure(const struct http_request *request);
const char *http_request_body(const struct http_request *request, size_t *len);

/* The certificate that the client has shown, and the server verified, as the
 * SHA-256 of its bytes, hex. False when it showed none, or is gone. */
#define HTTP_FINGERPRINT_SIZE 65
bool http_request_client(const struct http_request *request,
			 char fingerprint[HTTP_FINGERPRINT_SIZE]);

/* A header of the answer to come; nothing when the client is gone. value holds
 * no line end: that is a bug. */
void http_answer_header(struct http_request *request, const char *name,
			const char *value);
/* Answers, and ends the request. type may be NULL when there is no body;
 * retry_after in seconds, 0: not said. */
void http_answer(struct http_request *request, int code, const char *type,
		 const char *body, int retry_after);

#endif
