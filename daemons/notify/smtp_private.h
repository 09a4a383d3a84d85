/*
 * What the parts of smtp.h share: the server, a connection's state, and what
 * the wire and the conversation on it ask of each other.
 */
#ifndef RECARD_SMTP_PRIVATE_H
#define RECARD_SMTP_PRIVATE_H

#include <event2/bufferevent.h>
#include <event2/dns.h>
#include <openssl/ssl.h>

#include "mail_settings.h"
#include "smtp.h"
#include "smtp_reply.h"

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

enum smtp_state {
	CONNECTING, /* and shaking hands, where TLS comes first */
	GREETING,
	HELLO,
	STARTTLS,
	HANDSHAKE,
	LOGGING_IN,
	READY,
	ENVELOPE, /* answers to MAIL, RCPT and DATA */
	BODY,     /* the answer that counts */
	EMPTY,    /* to a body that nobody wanted */
	RESET,
	GONE
};

enum smtp_step { MAIL_STEP, RCPT_STEP, DATA_STEP, STEP_COUNT };

struct smtp {
	struct smtp_server *server;
	const struct smtp_events *events;
	void *arg;
	struct bufferevent *wire;
	struct evdns_getaddrinfo_request *lookup; /* NULL: none */
	struct event *deadline;
	const char *doom; /* it ends for this, at once */
	int64_t until;    /* CLOCK_MONOTONIC: of the mail, or of connecting */
	enum smtp_state state;
	bool secret; /* TLS stands */
	bool pipelining, dsn;
	struct smtp_reply reply;
	const struct smtp_mail *mail;
	int said, answered; /* of the steps */
	bool settled;       /* its verdict is known before the end */
	enum smtp_verdict verdict;
	char code[SMTP_CODE_LEN];
	int login; /* answers of AUTH LOGIN so far */
};

/* The next answer has answer_time, or what is left of the whole. */
void smtp_await(struct smtp *smtp);
/* The whole, a mail or connecting, begins. */
void smtp_begin_time(struct smtp *smtp);
/* Tells what became of the mail in hand. */
void smtp_done(struct smtp *smtp, enum smtp_verdict verdict, const char *code);
/* The end of the connection, whoever wanted it. Of a mail whose last byte is
 * on its way nobody knows what became of it. */
void smtp_lose(struct smtp *smtp, const char *why);
/* Takes a new wire in. */
void smtp_listen(struct smtp *smtp);
/* Begins the conversation, once more after STARTTLS. */
void smtp_hello(struct smtp *smtp);
/* A whole answer has come. */
void smtp_on_reply(struct smtp *smtp, const struct smtp_reply *reply);

/* A session that knows whom it talks to; NULL when OpenSSL fails. */
SSL *smtp_server_session(const struct smtp_server *server);

#endif
