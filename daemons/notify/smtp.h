/*
 * One connection to a mail server, on the libevent loop: SMTP (RFC 5321) with
 * TLS, STARTTLS (RFC 3207), log-in, PIPELINING and DSN where the server has
 * them. Each answer and each mail has a deadline. Nothing waits here: what
 * becomes of it is told by calls, from the event loop; in them nothing but
 * smtp_send() may be called.
 *
 * A mail whose answer was lost after its last byte may have been taken, and
 * is told as SMTP_LATER; one that cannot have been is SMTP_UNTRIED.
 */
#ifndef RECARD_SMTP_H
#define RECARD_SMTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event_base;
struct mail_settings;
struct smtp;
struct smtp_server;

enum smtp_verdict {
	SMTP_SENT,    /* the server has it */
	SMTP_REFUSED, /* it will never have it */
	SMTP_LATER,   /* not this time */
	SMTP_UNTRIED  /* for reasons that have nothing to do with it */
};

struct smtp_mail {
	const char *from, *to;
	const char *id; /* comes back in reports of what became of it */
	const char *bytes;
	size_t len;
};

struct smtp_events {
	/* The next mail may be sent. */
	void (*ready)(void *arg);
	/* What became of the one that was; code as in smtp_reply.h, or "". */
	void (*done)(void *arg, enum smtp_verdict verdict, const char *code);
	/* The connection is no more, and why, in words without any person.
	 * Called once, after done() of a mail in hand. */
	void (*gone)(void *arg, const char *why);
};

/* From the settings server, ca, user, password …, all read now. NULL with
 * *error (mem_free) in words without secrets. settings is borrowed: its times
 * may change. */
struct smtp_server *smtp_server_new(struct event_base *base,
				    const struct mail_settings *settings,
				    char **error);
void smtp_server_free(struct smtp_server *server);
/* "smtp://host:25", without secrets. */
const char *smtp_server_name(const struct smtp_server *server);

/* Begins to connect. NULL when the system has nothing left for it. */
struct smtp *smtp_open(struct smtp_server *server,
		       const struct smtp_events *events, void *arg);
/* After ready(), one at a time; the mail is borrowed until done(). */
void smtp_send(struct smtp *smtp, const struct smtp_mail *mail);
/* Says good-bye where that takes no waiting. Outside events. */
void smtp_close(struct smtp *smtp);

#endif
