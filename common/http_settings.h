/*
 * What a daemon's section says about its HTTP server, and the rows for it.
 */
#ifndef RECARD_HTTP_SETTINGS_H
#define RECARD_HTTP_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "conf.h"

struct http_server_options {
	char *listen;       /* TLS: "ADDRESS:PORT"; NULL: not */
	char *listen_plain; /* "127.0.0.1:PORT", "[::1]:PORT", "unix:PATH" */
	char *certificate;  /* PEM, with its chain */
	char *key;          /* PEM */
	char *client_ca;    /* PEM; whoever shows no certificate of theirs is
			       not served. NULL: nobody is asked */
	char *client_crl;   /* PEM; a list that is over lets nobody in. NULL:
			       none */
	int64_t max_headers, max_body; /* bytes of one request */
	int64_t connections;           /* open at a time */
	int64_t request_time; /* ms for a request to arrive whole, and for a
				 connection to stay idle */
};

#define HTTP_TLS_SETTINGS(where)                                               \
	{"certificate",                                                        \
	 CONF_PATH,                                                            \
	 (where) + offsetof(struct http_server_options, certificate),          \
	 NULL,                                                                 \
	 0,                                                                    \
	 0,                                                                    \
	 true,                                                                 \
	 "Certificate (PEM) of the HTTPS server, with its chain."},            \
	{                                                                      \
		"key", CONF_SECRET,                                            \
			(where) + offsetof(struct http_server_options, key),   \
			NULL, 0, 0, true, "Key file (PEM) of the certificate." \
	}

#define HTTP_LIMIT_SETTINGS(where)                                            \
	{"max_headers",                                                       \
	 CONF_SIZE,                                                           \
	 (where) + offsetof(struct http_server_options, max_headers),         \
	 "16k",                                                               \
	 1024,                                                                \
	 1048576,                                                             \
	 false,                                                               \
	 "Largest header of a request."},                                     \
		{"max_body",                                                  \
		 CONF_SIZE,                                                   \
		 (where) + offsetof(struct http_server_options, max_body),    \
		 "64k",                                                       \
		 256,                                                         \
		 16777216,                                                    \
		 false,                                                       \
		 "Largest body of a request."},                               \
		{"connections",                                               \
		 CONF_INT,                                                    \
		 (where) + offsetof(struct http_server_options, connections), \
		 "500",                                                       \
		 1,                                                           \
		 100000,                                                      \
		 false,                                                       \
		 "Connections served at a time; more wait."},                 \
	{                                                                     \
		"request_time", CONF_DURATION,                                \
			(where) + offsetof(struct http_server_options,        \
					   request_time),                     \
			"10s", 100, 600000, false,                            \
			"Time for a request to arrive whole, and for a "      \
			"connection to idle."                                 \
	}

#endif
