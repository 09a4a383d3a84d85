/*
 * The conversation with a mail server: see smtp.h.
 */
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/socket.h>

#include "buffer.h"
#include "clock.h"
#include "mem.h"
#include "smtp_private.h"
#include "smtp_reply.h"

/* Longest line of an answer that is read. */
#define LINE_MOST 4096

enum state {
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

enum step { MAIL_STEP, RCPT_STEP, DATA_STEP, STEP_COUNT };

struct smtp {
	struct smtp_server *server;
	const struct smtp_events *events;
	void *arg;
	struct bufferevent *wire;
	struct evdns_getaddrinfo_request *lookup; /* NULL: none */
	struct event *deadline;
	const char *doom; /* it ends for this, at once */
	int64_t until;    /* CLOCK_MONOTONIC: of the mail, or of connecting */
	enum state state;
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

/* The next answer has this long. */
static void
await(struct smtp *smtp)
{
	int64_t left = smtp->until - clock_monotonic_ms();
	int64_t ms = smtp->server->settings->answer_time;
	struct timeval delay;

	if (ms > left)
		ms = left > 0 ? left : 0;
	delay = (struct timeval){.tv_sec = ms / 1000,
				 .tv_usec = ms % 1000 * 1000};
	(void)evtimer_add(smtp->deadline, &delay);
}

static void
begin_time(struct smtp *smtp)
{
	smtp->until = clock_monotonic_ms() + smtp->server->settings->mail_time;
}

static void
say(struct smtp *smtp, const char *line)
{
	struct evbuffer *out = bufferevent_get_output(smtp->wire);

	evbuffer_add_printf(out, "%s\r\n", line);
}

static void
done(struct smtp *smtp, enum smtp_verdict verdict, const char *code)
{
	smtp->mail = NULL;
	smtp->events->done(smtp->arg, verdict, code);
}

/* The end of the connection, whoever wanted it. Of a mail whose last byte is
 * on its way nobody knows what became of it. */
static void
lose(struct smtp *smtp, const char *why)
{
	if (smtp->state == GONE)
		return;
	if (smtp->mail && smtp->settled)
		done(smtp, smtp->verdict, smtp->code);
	else if (smtp->mail)
		done(smtp, smtp->state == BODY ? SMTP_LATER : SMTP_UNTRIED, "");
	/* Of a host with several addresses another one may do. */
	if (smtp->state == CONNECTING)
		smtp->server->turn++;
	smtp->state = GONE;
	(void)evtimer_del(smtp->deadline);
	(void)bufferevent_disable(smtp->wire, EV_READ | EV_WRITE);
	smtp->events->gone(smtp->arg, why);
}

static void
lose_by_reply(struct smtp *smtp, const char *what)
{
	char *why = mem_printf("%s: the server answered %s", what,
			       smtp->reply.text);

	lose(smtp, why);
	mem_free(why);
}

static void
be_ready(struct smtp *smtp)
{
	smtp->state = READY;
	(void)evtimer_del(smtp->deadline);
	smtp->events->ready(smtp->arg);
}

static void
hello(struct smtp *smtp)
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
		lose(smtp, "the server offers no log-in by PLAIN or LOGIN");
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
			lose(smtp, "the server offers no STARTTLS");
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

static void listen_to(struct smtp *smtp);

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
		lose(smtp, "the server said more before TLS");
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
		lose(smtp, "TLS does not start");
		return;
	}
	smtp->wire = wire;
	smtp->state = HANDSHAKE;
	listen_to(smtp);
}

/* The steps of a mail that may be said by now: all of them, or one by one. */
static void
say_steps(struct smtp *smtp)
{
	const struct smtp_mail *m = smtp->mail;
	char *line;

	while (smtp->said < STEP_COUNT &&
	       (smtp->pipelining || smtp->said == smtp->answered)) {
		switch ((enum step)smtp->said++) {
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
	enum step step = (enum step)smtp->answered++;
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
		done(smtp, SMTP_SENT, reply->text);
		be_ready(smtp);
		return;
	}
	done(smtp, reply->code / 100 == 5 ? SMTP_REFUSED : SMTP_LATER,
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
	done(smtp, smtp->verdict, smtp->code);
	be_ready(smtp);
}

static void
on_reply(struct smtp *smtp, const struct smtp_reply *reply)
{
	switch (smtp->state) {
	case GREETING:
		if (reply->code == 220)
			hello(smtp);
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

static void
on_read(struct bufferevent *wire, void *arg)
{
	struct smtp *smtp = arg;
	struct evbuffer *in = bufferevent_get_input(wire);
	struct smtp_reply whole;
	char *line;
	size_t len;

	/* The wire changes with STARTTLS. */
	while (smtp->state != GONE && smtp->wire == wire &&
	       (line = evbuffer_readln(in, &len, EVBUFFER_EOL_CRLF))) {
		enum smtp_line kind = smtp_reply_line(&smtp->reply, line, len);

		mem_free(line);
		if (kind == SMTP_LINE_BAD) {
			lose(smtp, "what the server answers is not SMTP");
		} else if (kind == SMTP_LINE_LAST) {
			whole = smtp->reply;
			await(smtp);
			on_reply(smtp, &whole);
			smtp->reply = (struct smtp_reply){0};
		}
	}
	if (smtp->state != GONE && smtp->wire == wire &&
	    evbuffer_get_length(in) > LINE_MOST)
		lose(smtp, "the server's answer does not end");
}

/* Why a certificate or TLS will not do. */
static char *
tls_words(struct bufferevent *wire)
{
	SSL *session = bufferevent_openssl_get_ssl(wire);
	unsigned long error = bufferevent_get_openssl_error(wire);
	long verdict = session ? SSL_get_verify_result(session) : X509_V_OK;
	const char *reason = error ? ERR_reason_error_string(error) : NULL;

	ERR_clear_error();
	if (verdict != X509_V_OK)
		return mem_printf("the server's certificate: %s",
				  X509_verify_cert_error_string(verdict));
	return reason ? mem_printf("TLS: %s", reason) : NULL;
}

static void
on_event(struct bufferevent *wire, short what, void *arg)
{
	struct smtp *smtp = arg;
	int error = EVUTIL_SOCKET_ERROR();
	char *why = NULL;

	if (smtp->state == GONE)
		return;
	if (what & BEV_EVENT_CONNECTED) {
		smtp->secret = bufferevent_openssl_get_ssl(wire) != NULL;
		await(smtp);
		if (smtp->state == HANDSHAKE)
			hello(smtp);
		else
			smtp->state = GREETING;
		return;
	}
	if (smtp->server->tls)
		why = tls_words(wire);
	if (!why && (what & BEV_EVENT_ERROR) && error)
		why = mem_printf("connection: %s", strerror(error));
	lose(smtp, why ? why : "the server hung up");
	mem_free(why);
}

static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct smtp *smtp = arg;

	(void)fd;
	(void)what;
	lose(smtp, smtp->doom                  ? smtp->doom
		   : smtp->state == CONNECTING ? "no connection in time"
					       : "no answer in time");
}

static void
listen_to(struct smtp *smtp)
{
	if (smtp->server->tls && bufferevent_openssl_get_ssl(smtp->wire))
		bufferevent_openssl_set_allow_dirty_shutdown(smtp->wire, 1);
	bufferevent_setcb(smtp->wire, on_read, NULL, on_event, smtp);
	(void)bufferevent_enable(smtp->wire, EV_READ | EV_WRITE);
}

/* Told from the event loop. */
static void
doom(struct smtp *smtp, const char *why)
{
	static const struct timeval now;

	smtp->doom = why;
	(void)evtimer_add(smtp->deadline, &now);
}

/* The host's addresses are known: it is the turn of one of them. */
static void
on_addresses(int error, struct evutil_addrinfo *found, void *arg)
{
	struct smtp *smtp = arg;
	struct evutil_addrinfo *one;
	size_t count = 0, turn;

	if (error == EVUTIL_EAI_CANCEL)
		return;
	smtp->lookup = NULL;
	for (one = found; one; one = one->ai_next)
		count++;
	if (error || count == 0) {
		doom(smtp, "the server's host has no address");
	} else {
		one = found;
		for (turn = smtp->server->turn % count; turn > 0; turn--)
			one = one->ai_next;
		if (bufferevent_socket_connect(smtp->wire, one->ai_addr,
					       (int)one->ai_addrlen) != 0)
			doom(smtp, "no socket");
	}
	if (found)
		evutil_freeaddrinfo(found);
}

static void
look_up(struct smtp *smtp)
{
	const struct evutil_addrinfo hints = {.ai_family = AF_UNSPEC,
					      .ai_socktype = SOCK_STREAM,
					      .ai_protocol = IPPROTO_TCP};
	char port[8];

	evutil_snprintf(port, sizeof(port), "%u", smtp->server->port);
	/* NULL when it was answered at once. */
	smtp->lookup =
		evdns_getaddrinfo(smtp->server->names, smtp->server->host, port,
				  &hints, on_addresses, smtp);
}

static void
free_all(struct smtp *smtp)
{
	if (smtp->lookup)
		evdns_getaddrinfo_cancel(smtp->lookup);
	if (smtp->deadline)
		event_free(smtp->deadline);
	if (smtp->wire)
		bufferevent_free(smtp->wire);
	mem_free(smtp);
}

struct smtp *
smtp_open(struct smtp_server *server, const struct smtp_events *events,
	  void *arg)
{
	struct smtp *smtp = mem_alloc(1, sizeof(*smtp));
	SSL *session = NULL;

	*smtp = (struct smtp){.server = server, .events = events, .arg = arg};
	smtp->deadline = evtimer_new(server->base, on_deadline, smtp);
	begin_time(smtp);
	if (server->tls_first)
		session = smtp_server_session(server);
	/* What happens at once is told later, when smtp_open() is over. */
	if (session)
		smtp->wire = bufferevent_openssl_socket_new(
			server->base, -1, session, BUFFEREVENT_SSL_CONNECTING,
			BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	else if (!server->tls_first)
		smtp->wire = bufferevent_socket_new(
			server->base, -1,
			BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	if (!smtp->wire || !smtp->deadline) {
		free_all(smtp);
		return NULL;
	}
	listen_to(smtp);
	await(smtp);
	look_up(smtp);
	return smtp;
}

void
smtp_send(struct smtp *smtp, const struct smtp_mail *mail)
{
	smtp->mail = mail;
	smtp->said = smtp->answered = 0;
	smtp->settled = false;
	smtp->state = ENVELOPE;
	begin_time(smtp);
	await(smtp);
	say_steps(smtp);
}

void
smtp_close(struct smtp *smtp)
{
	if (!smtp)
		return;
	/* As much of it as the socket takes at once. */
	if (smtp->state == READY)
		say(smtp, "QUIT");
	free_all(smtp);
}
