/*
 * Reading a mail server's answers: see smtp_reply.h.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "smtp_reply.h"

#define MOST_LINES 100

/* Length of "5.1.10" at the beginning of a text, or 0. */
static size_t
status_len(const char *text, size_t len)
{
	size_t at = 0, run;

	if (len < 5 || !strchr("245", text[0]))
		return 0;
	for (int part = 0; part < 3; part++) {
		for (run = 0; at < len && isdigit((unsigned char)text[at]);
		     at++)
			run++;
		if (run < 1 || run > 3)
			return 0;
		if (part < 2 && (at >= len || text[at++] != '.'))
			return 0;
	}
	return at == len || text[at] == ' ' ? at : 0;
}

static bool
word_is(const char *text, size_t len, const char *word)
{
	return strlen(word) == len && strncasecmp(text, word, len) == 0;
}

/* "AUTH PLAIN LOGIN", and "AUTH=PLAIN" as old servers say it. */
static void
read_auth(struct smtp_reply *reply, const char *text, size_t len)
{
	for (size_t at = 5; at < len;) {
		size_t end = at;

		while (end < len && text[end] != ' ')
			end++;
		reply->auth_plain |= word_is(text + at, end - at, "PLAIN");
		reply->auth_login |= word_is(text + at, end - at, "LOGIN");
		at = end + 1;
	}
}

static void
read_offer(struct smtp_reply *reply, const char *text, size_t len)
{
	reply->starttls |= word_is(text, len, "STARTTLS");
	reply->pipelining |= word_is(text, len, "PIPELINING");
	reply->dsn |= word_is(text, len, "DSN");
	if (len > 5 && strncasecmp(text, "AUTH", 4) == 0 &&
	    strchr(" =", text[4]))
		read_auth(reply, text, len);
}

enum smtp_line
smtp_reply_line(struct smtp_reply *reply, const char *line, size_t len)
{
	int code = 0;
	size_t status;

	for (size_t i = 0; i < 3; i++) {
		if (i >= len || !isdigit((unsigned char)line[i]))
			return SMTP_LINE_BAD;
		code = code * 10 + line[i] - '0';
	}
	if (code < 200 || code > 599 || (reply->code && reply->code != code) ||
	    (len > 3 && line[3] != ' ' && line[3] != '-') ||
	    ++reply->lines > MOST_LINES)
		return SMTP_LINE_BAD;
	reply->code = code;
	status = len > 4 ? status_len(line + 4, len - 4) : 0;
	if (status > 0)
		snprintf(reply->text, sizeof(reply->text), "%d %.*s", code,
			 (int)status, line + 4);
	else if (reply->text[0] == '\0')
		snprintf(reply->text, sizeof(reply->text), "%d", code);
	if (len > 4)
		read_offer(reply, line + 4, len - 4);
	return len > 3 && line[3] == '-' ? SMTP_LINE_MORE : SMTP_LINE_LAST;
}

bool
smtp_reply_general(const struct smtp_reply *reply)
{
	switch (reply->code) {
	case 421: /* closing */
	case 454: /* no TLS now, or no way to check who we are */
	case 500: /* commands that it does not know, or not now */
	case 502:
	case 503:
	case 504:
	case 530: /* log in first */
	case 534:
	case 535:
	case 538:
		return true;
	default:
		return false;
	}
}
