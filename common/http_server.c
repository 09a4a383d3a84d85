/*
 * Connections and requests of the HTTP server: see http_server.h.
 *
 * evhttp tells of a connection when its first request has arrived, and of its
 * end only from then on. Before that a connection is ours through a reference
 * to its bufferevent; that evhttp has let go of it shows in its callbacks
 * being gone, which the sweep looks for.
 */
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/http.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include "clock.h"
#include "http_private.h"
#include "mem.h"

#define SWEEP_MS 250

static void
set_listening(struct http_server *server)
{
	bool room = !server->quiet &&
		    server->count < (size_t)server->options->connections;

	for (int i = 0; i < HTTP_SIDES; i++) {
		if (!server->listeners[i])
			continue;
		if (room)
			evconnlistener_enable(server->listeners[i]);
		else
			evconnlistener_disable(server->listeners[i]);
	}
}

static void
forget(struct http_connection *c)
{
	struct http_server *server = c->server;

	if (c->pending) {
		c->pending->connection = NULL;
		c->pending->evhttp = NULL;
		server->pending--;
	}
	TAILQ_REMOVE(&server->connections, c, entry);
	bufferevent_decref(c->stream);
	mem_free(c);
	server->count--;
	set_listening(server);
}

static void
on_close(struct evhttp_connection *evhttp, void *arg)
{
	(void)evhttp;
	forget(arg);
}

static struct bufferevent *
track(struct http_server *server, struct bufferevent *stream)
{
	struct http_connection *c;

	if (!stream)
		return NULL;
	c = mem_alloc(1, sizeof(*c));
	c->server = server;
	c->stream = stream;
	c->since = clock_monotonic_ms();
	bufferevent_incref(stream);
	TAILQ_INSERT_HEAD(&server->connections, c, entry);
	server->count++;
	set_listening(server);
	return stream;
}

static struct bufferevent *
new_plain(struct event_base *base, void *arg)
{
	return track(arg,
		     bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE));
}

static struct bufferevent *
new_secure(struct event_base *base, void *arg)
{
	struct http_server *server = arg;
	SSL *ssl = SSL_new(server->tls);
	struct bufferevent *stream;

	if (!ssl)
		return new_plain(base, arg); /* which no TLS client uses */
	stream = bufferevent_openssl_socket_new(base, -1, ssl,
						BUFFEREVENT_SSL_ACCEPTING,
						BEV_OPT_CLOSE_ON_FREE);
	/* Many end without the closing alert; requests have their length. */
	if (stream)
		bufferevent_openssl_set_allow_dirty_shutdown(stream, 1);
	return track(server, stream);
}

static struct http_connection *
find(struct http_server *server, const struct bufferevent *stream)
{
	struct http_connection *c;

	TAILQ_FOREACH(c, &server->connections, entry)
	if (c->stream == stream)
		return c;
	return NULL;
}

static void
on_request(struct evhttp_request *evhttp, void *arg)
{
	struct http_server *server = arg;
	struct evhttp_connection *via = evhttp_request_get_connection(evhttp);
	struct http_connection *c =
		find(server, evhttp_connection_get_bufferevent(via));
	struct http_request *request;

	if (!c || c->pending) {
		evhttp_send_error(evhttp, HTTP_INTERNAL, NULL);
		return;
	}
	if (!c->evhttp)
		evhttp_connection_set_closecb(via, on_close, c);
	c->evhttp = via;
	/* Those that ask often are found soon. */
	TAILQ_REMOVE(&server->connections, c, entry);
	TAILQ_INSERT_HEAD(&server->connections, c, entry);
	request = mem_alloc(1, sizeof(*request));
	request->connection = c;
	request->evhttp = evhttp;
	c->pending = request;
	server->pending++;
	server->handler(request, server->arg);
}

/* evhttp has freed the stream but for our reference. */
static bool
let_go(const struct http_connection *c)
{
	bufferevent_data_cb on_read, on_write;
	bufferevent_event_cb on_event;
	void *arg;

	if (c->evhttp)
		return false;
	bufferevent_getcb(c->stream, &on_read, &on_write, &on_event, &arg);
	return !on_read && !on_write && !on_event;
}

static void
hang_up(const struct http_connection *c)
{
	evutil_socket_t fd = bufferevent_getfd(c->stream);

	/* evhttp then sees the end of it, and frees what it has. */
	if (fd >= 0)
		shutdown(fd, SHUT_RDWR);
}

static void
on_sweep(evutil_socket_t fd, short what, void *arg)
{
	struct http_server *server = arg;
	int64_t limit = clock_monotonic_ms() - server->options->request_time;
	struct http_connection *c, *next;

	(void)fd;
	(void)what;
	for (c = TAILQ_FIRST(&server->connections); c; c = next) {
		next = TAILQ_NEXT(c, entry);
		if (let_go(c))
			forget(c);
		else if (!c->pending && (server->quiet || c->since < limit))
			hang_up(c);
	}
}

char *
http_server_objection(const struct http_server_options *o)
{
	char *words = NULL;
	SSL_CTX *tls;

	if (o->listen_plain) {
		words = http_listen_objection(o->listen_plain, true);
		if (words)
			return words;
	}
	if (!o->listen)
		return NULL;
	words = http_listen_objection(o->listen, false);
	if (words)
		return words;
	if (!o->certificate || !o->key)
		return mem_strdup("listen needs certificate and key");
	tls = http_tls_new(o, &words);
	SSL_CTX_free(tls);
	return words;
}

/* One side: an evhttp with the listener it serves. */
static bool
open_side(struct http_server *server, int side, const char *address,
	  char **error)
{
	const struct http_server_options *o = server->options;
	struct evhttp *http;

	server->listeners[side] = http_listen(server->base, address, error);
	if (!server->listeners[side])
		return false;
	http = server->sides[side] = evhttp_new(server->base);
	if (!http || !evhttp_bind_listener(http, server->listeners[side])) {
		*error = mem_strdup("cannot serve HTTP");
		return false;
	}
	evhttp_set_max_headers_size(http, (ev_ssize_t)o->max_headers);
	evhttp_set_max_body_size(http, (ev_ssize_t)o->max_body);
	evhttp_set_timeout(http, (int)(o->request_time / 1000 + 1));
	evhttp_set_default_content_type(http, NULL);
	evhttp_set_allowed_methods(
		http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST |
			      EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE);
	evhttp_set_bevcb(http, side == HTTP_SECURE ? new_secure : new_plain,
			 server);
	evhttp_set_gencb(http, on_request, server);
	return true;
}

struct http_server *
http_server_new(struct event_base *base,
		const struct http_server_options *options,
		http_handler *handler, void *arg, char **error)
{
	struct http_server *server = mem_alloc(1, sizeof(*server));
	struct timeval every = {.tv_usec = SWEEP_MS * 1000};

	*server = (struct http_server){.options = options,
				       .base = base,
				       .handler = handler,
				       .arg = arg};
	TAILQ_INIT(&server->connections);
	*error = http_server_objection(options);
	if (*error)
		goto fail;
	if (options->listen) {
		server->tls = http_tls_new(options, error);
		if (!server->tls ||
		    !open_side(server, HTTP_SECURE, options->listen, error))
			goto fail;
	}
	if (options->listen_plain &&
	    !open_side(server, HTTP_PLAIN, options->listen_plain, error))
		goto fail;
	if (options->listen || options->listen_plain) {
		server->sweep =
			event_new(base, -1, EV_PERSIST, on_sweep, server);
		if (!server->sweep || event_add(server->sweep, &every) != 0) {
			*error = mem_strdup("no timer");
			goto fail;
		}
	}
	set_listening(server);
	return server;
fail:
	http_server_free(server);
	return NULL;
}

char *
http_server_renew(struct http_server *server)
{
	char *words = NULL;
	SSL_CTX *tls;

	if (!server->tls)
		return NULL;
	tls = http_tls_new(server->options, &words);
	if (!tls)
		return words;
	SSL_CTX_free(server->tls);
	server->tls = tls;
	return NULL;
}

void
http_server_quiesce(struct http_server *server)
{
	server->quiet = true;
	set_listening(server);
	if (server->sweep)
		on_sweep(-1, 0, server);
}

size_t
http_server_pending(const struct http_server *server)
{
	return server->pending;
}

void
http_server_free(struct http_server *server)
{
	struct http_connection *c;

	if (!server)
		return;
	server->quiet = true;
	for (int i = 0; i < HTTP_SIDES; i++) {
		struct evconnlistener *listener = server->listeners[i];

		/* evhttp owns it, and frees it before the connections, whose
		 * ends on_close() is told. */
		server->listeners[i] = NULL;
		if (server->sides[i])
			evhttp_free(server->sides[i]);
		else if (listener)
			evconnlistener_free(listener);
	}
	while ((c = TAILQ_FIRST(&server->connections)))
		forget(c);
	if (server->sweep)
		event_free(server->sweep);
	SSL_CTX_free(server->tls);
	mem_free(server);
}
