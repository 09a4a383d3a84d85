/*
 * The conversation with a mail server: see smtp.h.
 */
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <openssl/evp.h>
#include <string.h>

#include "buffer.h"
#include "mem.h"
#include "smtp_private.h"

static void
say(struct smtp *smtp, const char *line)
{
	struct evbuffer *out = bufferevent_get_output(smtp->wire);

	evbuffer_add_printf(out, "%s\r\n", line);
}

static void
lose_by_reply(struct smtp *smtp, const char *what)
{
	char *why = mem_printf("%s: the server answered %s", what,
			       smtp->reply.text);

	smtp_lose(smtp, why);
	mem_free(why);
}

static void
be_ready(struct smtp *smtp)
{
	smtp->state = READY;
	(void)evtimer_del(smtp->deadline);
	smtp->events->ready(smtp->arg);
}

void
smtp_hello(struct smtp *smtp)
{
	char *line = mem_printf("EHLO %s",
				mail_settings_domain(smtp->server->settings));

	smtp->state = HELLO;
	say(smtp, line);
	mem_free(line);
}

/* Says a secret in base64, after a word. */
static void
say_secret(struct smtp *smtp, const char *word, const char *bytes, size_t len)
{
	size_t size = 4 * ((len + 2) / 3) + 1;
	unsigned char *coded = mem_alloc(1, size);
	char *line;

	(void)EVP_EncodeBlock(coded, (const unsigned char *)bytes, (int)len);
	line = mem_printf("%s%s", word, (const char *)coded);
	say(smtp, line);
	mem_free_secret(line, strlen(line));
	mem_free_secret(coded, size);
}

static void
log_in(struct smtp *smtp, const struct smtp_reply *offer)
{
	const char *user = smtp->server->settings->user;
	const char *password = smtp->server->password;
	struct buffer both = {0};

	smtp->state = LOGGING_IN;
	smtp->login = 0;
	if (offer->auth_plain) {
		buffer_putc(&both, '\0');
		buffer_append(&both, user, strlen(user) + 1);
		buffer_puts(&both, password);
		say_secret(smtp, "AUTH PLAIN ", both.data, both.len);
		explicit_bzero(both.data, both.len);
		buffer_free(&both);
	} else if (offer->auth_login) {
		say(smtp, "AUTH LOGIN");
	} else {
		smtp_lose(smtp,
			  "the server offers no log-in by PLAIN or LOGIN");
	}
}

static void
on_login(struct smtp *smtp, const struct smtp_reply *reply)
{
	const char *user = smtp->server->settings->user;
	const char *password = smtp->server->password;

	if (reply->code == 235)
		be_ready(smtp);
	else if (reply->code != 334 || smtp->login > 1)
		lose_by_reply(smtp, "log-in");
	else if (smtp->login++ == 0)
		say_secret(smtp, "", user, strlen(user));
	else
		say_secret(smtp, "", password, strlen(password));
}

static void
on_hello(struct smtp *smtp, const struct smtp_reply *reply)
{
	if (reply->code != 250) {
		lose_by_reply(smtp, "EHLO");
	} else if (!smtp->secret && smtp->server->tls) {
		if (!reply->starttls) {
			smtp_lose(smtp, "the server offers no STARTTLS");
			return;
		}
		smtp->state = STARTTLS;
		say(smtp, "STARTTLS");
	} else {
		smtp->pipelining = reply->pipelining;
		smtp->dsn = reply->dsn;
		if (smtp->server->password)
			log_in(smtp, reply);
		else
			be_ready(smtp);
	}
}

/* From here on in secret. What came before was anybody's. */
static void
on_starttls(struct smtp *smtp, const struct smtp_reply *reply)
{
	SSL *session;
	struct bufferevent *wire;

	if (reply->code != 220) {
		lose_by_reply(smtp, "STARTTLS");
		return;
	}
	if (evbuffer_get_length(bufferevent_get_input(smtp->wire)) > 0) {
		smtp_lose(smtp, "the server said more before TLS");
		return;
	}
	session = smtp_server_session(smtp->server);
	wire = session ? bufferevent_openssl_filter_new(
				 smtp->server->base, smtp->wire, session,
				 BUFFEREVENT_SSL_CONNECTING,
				 BEV_OPT_CLOSE_ON_FREE)
		       : NULL;
	if (!wire) {
		SSL_free(session);
		smtp_lose(smtp, "TLS does not start");
		return;
	}
	smtp->wire = wire;
	smtp->state = HANDSHAKE;
	smtp_listen(smtp);
}

/* The steps of a mail that may be said by now: all of them, or one by one. */
static void
say_steps(struct smtp *smtp)
{
	const struct smtp_mail *m = smtp->mail;
	char *line;

	while (smtp->said < STEP_COUNT &&
	       (smtp->pipelining || smtp->said == smtp->answered)) {
		switch ((enum smtp_step)smtp->said++) {
		case MAIL_STEP:
			line = mem_printf("MAIL FROM:<%s>%s%s", m->from,
					  smtp->dsn ? " RET=HDRS ENVID=" : "",
					  smtp->dsn ? m->id : "");
			break;
		case RCPT_STEP:
			line = mem_printf("RCPT TO:<%s>%s", m->to,
					  smtp->dsn ? " NOTIFY=FAILURE" : "");
			break;
		default:
			line = mem_strdup("DATA");
			break;
		}
		say(smtp, line);
		mem_free(line);
	}
}

/* The bytes, a dot before each line that begins with one, and the end. */
static void
say_body(struct smtp *smtp)
{
	struct evbuffer *out = bufferevent_get_output(smtp->wire);
	const char *at = smtp->mail->bytes, *end = at + smtp->mail->len, *dot;

	if (at < end && *at == '.')
		evbuffer_add(out, ".", 1);
	while ((dot = memmem(at, (size_t)(end - at), "\n.", 2))) {
		evbuffer_add(out, at, (size_t)(dot + 2 - at));
		evbuffer_add(out, ".", 1);
		at = dot + 2;
	}
	evbuffer_add(out, at, (size_t)(end - at));
	say(smtp, ".");
	smtp->state = BODY;
}

static void
settle(struct smtp *smtp, const struct smtp_reply *reply)
{
	smtp->settled = true;
	smtp->verdict = reply->code / 100 == 5 ? SMTP_REFUSED : SMTP_LATER;
	memcpy(smtp->code, reply->text, sizeof(smtp->code));
}

static void
reset(struct smtp *smtp)
{
	smtp->state = RESET;
	say(smtp, "RSET");
}

/* All that was said is answered; the recipient is refused, or the content. */
static void
end_refused(struct smtp *smtp, const struct smtp_reply *reply)
{
	if (reply->code == 354) {
		say(smtp, ".");
		smtp->state = EMPTY;
	} else {
		reset(smtp);
	}
}

static void
on_envelope(struct smtp *smtp, const struct smtp_reply *reply)
{
	static const char *const what[] = {"MAIL", "RCPT", "DATA"};
	enum smtp_step step = (enum smtp_step)smtp->answered++;
	bool good =
		step == DATA_STEP ? reply->code == 354 : reply->code / 100 == 2;

	/* The sender is ours, and the same for everybody. */
	if (!good && !smtp->settled &&
	    (step == MAIL_STEP || smtp_reply_general(reply))) {
		lose_by_reply(smtp, what[step]);
		return;
	}
	if (!good && !smtp->settled)
		settle(smtp, reply);
	if (smtp->settled && !smtp->pipelining)
		reset(smtp);
	else if (step < DATA_STEP)
		say_steps(smtp);
	else if (smtp->settled)
		end_refused(smtp, reply);
	else
		say_body(smtp);
}

static void
on_body(struct smtp *smtp, const struct smtp_reply *reply)
{
	if (reply->code / 100 == 2) {
		smtp_done(smtp, SMTP_SENT, reply->text);
		be_ready(smtp);
		return;
	}
	smtp_done(smtp, reply->code / 100 == 5 ? SMTP_REFUSED : SMTP_LATER,
		  reply->text);
	if (reply->code == 421)
		lose_by_reply(smtp, "mail");
	else
		be_ready(smtp);
}

/* After a refusal the server is where it was before the mail. */
static void
on_reset(struct smtp *smtp, const struct smtp_reply *reply)
{
	if (smtp->state == RESET && reply->code != 250) {
		lose_by_reply(smtp, "RSET");
		return;
	}
	smtp_done(smtp, smtp->verdict, smtp->code);
	be_ready(smtp);
}

void
smtp_on_reply(struct smtp *smtp, const struct smtp_reply *reply)
{
	switch (smtp->state) {
	case GREETING:
		if (reply->code == 220)
			smtp_hello(smtp);
		else
			lose_by_reply(smtp, "greeting");
		break;
	case HELLO:
		on_hello(smtp, reply);
		break;
	case STARTTLS:
		on_starttls(smtp, reply);
		break;
	case LOGGING_IN:
		on_login(smtp, reply);
		break;
	case ENVELOPE:
		on_envelope(smtp, reply);
		break;
	case BODY:
		on_body(smtp, reply);
		break;
	case EMPTY:
	case RESET:
		on_reset(smtp, reply);
		break;
	case READY: /* most likely it has waited long enough */
		lose_by_reply(smtp, "unasked");
		break;
	case CONNECTING:
	case HANDSHAKE:
	case GONE:
		break;
	}
}

void
smtp_send(struct smtp *smtp, const struct smtp_mail *mail)
{
	smtp->mail = mail;
	smtp->said = smtp->answered = 0;
	smtp->settled = false;
	smtp->state = ENVELOPE;
	smtp_begin_time(smtp);
	smtp_await(smtp);
	say_steps(smtp);
}
