/*
 * The wire to a mail server: looking its host up, connecting, TLS, lines that
 * come in, and deadlines. What is said on it is smtp.c's.
 */
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <string.h>
#include <sys/socket.h>

#include "clock.h"
#include "mem.h"
#include "smtp_private.h"

/* Longest line of an answer that is read. */
#define LINE_MOST 4096

/* The next answer has this long. */
void
smtp_await(struct smtp *smtp)
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

void
smtp_begin_time(struct smtp *smtp)
{
	smtp->until = clock_monotonic_ms() + smtp->server->settings->mail_time;
}

void
smtp_done(struct smtp *smtp, enum smtp_verdict verdict, const char *code)
{
	smtp->mail = NULL;
	smtp->events->done(smtp->arg, verdict, code);
}

/* The end of the connection, whoever wanted it. Of a mail whose last byte is
 * on its way nobody knows what became of it. */
void
smtp_lose(struct smtp *smtp, const char *why)
{
	if (smtp->state == GONE)
		return;
	if (smtp->mail && smtp->settled)
		smtp_done(smtp, smtp->verdict, smtp->code);
	else if (smtp->mail)
		smtp_done(smtp, smtp->state == BODY ? SMTP_LATER : SMTP_UNTRIED,
			  "");
	/* Of a host with several addresses another one may do. */
	if (smtp->state == CONNECTING)
		smtp->server->turn++;
	smtp->state = GONE;
	(void)evtimer_del(smtp->deadline);
	(void)bufferevent_disable(smtp->wire, EV_READ | EV_WRITE);
	smtp->events->gone(smtp->arg, why);
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
			smtp_lose(smtp, "what the server answers is not SMTP");
		} else if (kind == SMTP_LINE_LAST) {
			whole = smtp->reply;
			smtp_await(smtp);
			smtp_on_reply(smtp, &whole);
			smtp->reply = (struct smtp_reply){0};
		}
	}
	if (smtp->state != GONE && smtp->wire == wire &&
	    evbuffer_get_length(in) > LINE_MOST)
		smtp_lose(smtp, "the server's answer does not end");
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
		smtp_await(smtp);
		if (smtp->state == HANDSHAKE)
			smtp_hello(smtp);
		else
			smtp->state = GREETING;
		return;
	}
	if (smtp->server->tls)
		why = tls_words(wire);
	if (!why && (what & BEV_EVENT_ERROR) && error)
		why = mem_printf("connection: %s", strerror(error));
	smtp_lose(smtp, why ? why : "the server hung up");
	mem_free(why);
}

static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct smtp *smtp = arg;

	(void)fd;
	(void)what;
	smtp_lose(smtp, smtp->doom                  ? smtp->doom
			: smtp->state == CONNECTING ? "no connection in time"
						    : "no answer in time");
}

void
smtp_listen(struct smtp *smtp)
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
	smtp_begin_time(smtp);
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
	smtp_listen(smtp);
	smtp_await(smtp);
	look_up(smtp);
	return smtp;
}

void
smtp_close(struct smtp *smtp)
{
	if (!smtp)
		return;
	/* As much of it as the socket takes at once. */
	if (smtp->state == READY)
		evbuffer_add_printf(bufferevent_get_output(smtp->wire),
				    "QUIT\r\n");
	free_all(smtp);
}
