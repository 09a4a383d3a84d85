/*
 * A mail server's answers, line by line: the code, the status of RFC 3463,
 * what an EHLO offers. Nothing of its words is kept: they may name a
 * recipient. Pure.
 */
#ifndef RECARD_SMTP_REPLY_H
#define RECARD_SMTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#define SMTP_CODE_LEN 20 /* "550 5.1.1", with NUL */

struct smtp_reply {
	int code;  /* 0: nothing yet */
	int lines; /* so far */
	char text[SMTP_CODE_LEN];
	bool starttls, pipelining, dsn, auth_plain, auth_login;
};

enum smtp_line { SMTP_LINE_MORE, SMTP_LINE_LAST, SMTP_LINE_BAD };

/* Takes one line, without its end. Start from {0} for each answer. BAD: no
 * answer, or one without end. */
enum smtp_line smtp_reply_line(struct smtp_reply *reply, const char *line,
			       size_t len);

/* Whether the answer is about us or the server, whichever mail it was given
 * to: closing, overloaded, wants us to log in, or a command out of order. */
bool smtp_reply_general(const struct smtp_reply *reply);

#endif
