/*
 * What the two halves of smtp.h share: the server, and a connection's state.
 */
#ifndef RECARD_SMTP_PRIVATE_H
#define RECARD_SMTP_PRIVATE_H

#include <event2/dns.h>
#include <openssl/ssl.h>

#include "mail_settings.h"
#include "smtp.h"

struct smtp_server {
	struct event_base *base;
	const struct mail_settings *settings;
	struct evdns_base *names;
	SSL_CTX *tls; /* NULL: plain */
	char *name, *host, *password;
	uint16_t port;
	size_t turn;    /* which of its addresses is tried next */
	bool number;    /* host is an address */
	bool tls_first; /* smtps */
};

/* A session that knows whom it talks to; NULL when OpenSSL fails. */
SSL *smtp_server_session(const struct smtp_server *server);

#endif
