/*
 * Sharing mails out to connections: see pool.h.
 */
#include <event2/event.h>
#include <string.h>

#include "mem.h"
#include "pool.h"

#define CONNECTIONS_MOST 64

struct line {
	struct pool *pool;
	struct smtp *smtp; /* NULL: none */
	struct smtp_mail mail;
	size_t number;
	size_t accepted; /* mails, or refusals: it is of use */
	bool busy, ready, gone;
};

struct pool {
	struct event_base *base;
	struct smtp_server *server;
	const struct pool_source *source;
	void *arg;
	struct line lines[CONNECTIONS_MOST];
	size_t limit; /* lines that may be used */
	struct event *timer;
	char *down;
};

/* Gives it the next mail, if there is one. */
static void
feed(struct line *line)
{
	struct pool *pool = line->pool;

	if (!line->ready || !pool->source ||
	    !pool->source->next(pool->arg, &line->mail, &line->number))
		return;
	line->ready = false;
	line->busy = true;
	smtp_send(line->smtp, &line->mail);
}

static void
on_ready(void *arg)
{
	struct line *line = arg;

	line->ready = true;
	feed(line);
}

static void
on_done(void *arg, enum smtp_verdict verdict, const char *code)
{
	struct line *line = arg;

	line->busy = false;
	if (verdict != SMTP_UNTRIED)
		line->accepted++;
	line->pool->source->done(line->pool->arg, line->number, verdict, code);
}

static bool
others_live(const struct line *line)
{
	const struct pool *pool = line->pool;

	for (size_t i = 0; i < CONNECTIONS_MOST; i++)
		if (&pool->lines[i] != line && pool->lines[i].smtp &&
		    !pool->lines[i].gone &&
		    (pool->lines[i].busy || pool->lines[i].accepted > 0))
			return true;
	return false;
}

/* Fewer connections may be what the server wants; none at all is trouble. */
static void
on_gone(void *arg, const char *why)
{
	struct line *line = arg;
	struct pool *pool = line->pool;

	line->gone = true;
	line->ready = false;
	if (line->accepted > 0 || !pool->source)
		return;
	if (pool->limit > 1 && others_live(line)) {
		pool->limit--;
		return;
	}
	mem_free(pool->down);
	pool->down = mem_strdup(why);
}

static const struct smtp_events events = {on_ready, on_done, on_gone};

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
}

struct pool *
pool_new(struct event_base *base, struct smtp_server *server)
{
	struct pool *pool = mem_alloc(1, sizeof(*pool));

	pool->base = base;
	pool->server = server;
	pool->timer = evtimer_new(base, on_timer, NULL);
	for (size_t i = 0; i < CONNECTIONS_MOST; i++)
		pool->lines[i].pool = pool;
	return pool;
}

static void
hang_up(struct line *line)
{
	smtp_close(line->smtp);
	line->smtp = NULL;
	line->accepted = 0;
	line->busy = line->ready = line->gone = false;
}

void
pool_rest(struct pool *pool)
{
	for (size_t i = 0; i < CONNECTIONS_MOST; i++)
		hang_up(&pool->lines[i]);
}

void
pool_free(struct pool *pool)
{
	if (!pool)
		return;
	pool_rest(pool);
	if (pool->timer)
		event_free(pool->timer);
	smtp_server_free(pool->server);
	mem_free(pool->down);
	mem_free(pool);
}

const char *
pool_server(const struct pool *pool)
{
	return smtp_server_name(pool->server);
}

const char *
pool_down(const struct pool *pool)
{
	return pool->down;
}

void
pool_begin(struct pool *pool, const struct pool_source *source, void *arg,
	   size_t connections)
{
	pool->source = source;
	pool->arg = arg;
	pool->limit =
		connections < CONNECTIONS_MOST ? connections : CONNECTIONS_MOST;
	mem_free(pool->down);
	pool->down = NULL;
}

void
pool_end(struct pool *pool)
{
	pool->source = NULL;
	for (size_t i = 0; i < CONNECTIONS_MOST; i++)
		if (pool->lines[i].gone || pool->lines[i].busy || pool->down)
			hang_up(&pool->lines[i]);
}

/* Opens another connection for a mail that has none yet. */
static bool
open_line(struct pool *pool)
{
	size_t i = 0;

	while (pool->lines[i].smtp)
		i++;
	pool->lines[i].smtp = smtp_open(pool->server, &events, &pool->lines[i]);
	if (!pool->lines[i].smtp)
		pool->down = mem_strdup("no connection can be opened");
	return pool->lines[i].smtp != NULL;
}

/* Outside events: clears away, feeds who is ready, opens what is missing.
 * Whether there is something to wait for. */
static bool
tend(struct pool *pool)
{
	size_t open = 0, busy = 0, left;

	for (size_t i = 0; i < CONNECTIONS_MOST; i++) {
		struct line *line = &pool->lines[i];

		if (line->gone)
			hang_up(line);
		if (!pool->down)
			feed(line);
		open += line->smtp != NULL;
		busy += line->busy;
	}
	left = pool->down ? 0 : pool->source->left(pool->arg);
	while (open < pool->limit && open - busy < left && open_line(pool))
		open++;
	return busy > 0 || (left > 0 && !pool->down);
}

bool
pool_turn(struct pool *pool, int64_t ms)
{
	struct timeval delay = {.tv_sec = ms / 1000,
				.tv_usec = ms % 1000 * 1000};

	if (!tend(pool))
		return false;
	(void)evtimer_add(pool->timer, &delay);
	(void)event_base_loop(pool->base, EVLOOP_ONCE);
	(void)evtimer_del(pool->timer);
	return true;
}
