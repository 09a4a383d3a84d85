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

#include "conf.h"

struct event_base;
struct http_server;
struct http_request;

/* As they stand in a daemon's section; HTTP_SERVER_SETTINGS are their rows. */
struct http_server_options {
	char *listen;       /* TLS: "ADDRESS:PORT"; NULL: not */
	char *listen_plain; /* "127.0.0.1:PORT", "[::1]:PORT", "unix:PATH" */
	char *certificate;  /* PEM, with its chain */
	char *key;          /* PEM */
	int64_t max_headers, max_body; /* bytes of one request */
	int64_t connections;           /* open at a time */
	int64_t request_time; /* ms for a request to arrive whole, and for a
				 connection to stay idle */
};

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
		{"certificate",                                                \
		 CONF_PATH,                                                    \
		 (where) + offsetof(struct http_server_options, certificate),  \
		 NULL,                                                         \
		 0,                                                            \
		 0,                                                            \
		 true,                                                         \
		 "Certificate (PEM) of the HTTPS server, with its chain."},    \
		{"key",                                                        \
		 CONF_SECRET,                                                  \
		 (where) + offsetof(struct http_server_options, key),          \
		 NULL,                                                         \
		 0,                                                            \
		 0,                                                            \
		 true,                                                         \
		 "Key file (PEM) of the certificate."},                        \
		{"max_headers",                                                \
		 CONF_SIZE,                                                    \
		 (where) + offsetof(struct http_server_options, max_headers),  \
		 "16k",                                                        \
		 1024,                                                         \
		 1048576,                                                      \
		 false,                                                        \
		 "Largest header of a request."},                              \
		{"max_body",                                                   \
		 CONF_SIZE,                                                    \
		 (where) + offsetof(struct http_server_options, max_body),     \
		 "64k",                                                        \
		 256,                                                          \
		 16777216,                                                     \
		 false,                                                        \
		 "Largest body of a request."},                                \
		{"connections",                                                \
		 CONF_INT,                                                     \
		 (where) + offsetof(struct http_server_options, connections),  \
		 "500",                                                        \
		 1,                                                            \
		 100000,                                                       \
		 false,                                                        \
		 "Connections served at a time; more wait."},                  \
	{                                                                      \
		"request_time", CONF_DURATION,                                 \
			(where) + offsetof(struct http_server_options,         \
					   request_time),                      \
			"10s", 100, 600000, false,                             \
			"Time for a request to arrive whole, and for a "       \
			"connection to idle."                                  \
	}

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
const char *http_request_header(const struct http_request *request,
				const char *name);
/* All of the header, "Name: value" a line, UTF-8. mem_free() it. */
char *http_request_headers(const struct http_request *request);
/* Whether its client still waits. When not, the rest of it is empty. */
bool http_request_waits(const struct http_request *request);
const char *http_request_peer(const struct http_request *request);
const char *http_request_body(const struct http_request *request, size_t *len);

/* Answers, and ends the request. type may be NULL when there is no body;
 * retry_after in seconds, 0: not said. */
void http_answer(struct http_request *request, int code, const char *type,
		 const char *body, int retry_after);

#endif
