/*
 * The loop of a daemon: connect, run the works in the order of their table
 * until all are idle, sleep until a notification, the next look or a signal.
 * A work that an operator has paused is idle.
 * A lost connection is logged once per outage; a work that fails waits by
 * itself while the others go on.
 */
#include <string.h>

#include <event2/event.h>
#include <sys/time.h>

#include "clock.h"
#include "daemon_private.h"
#include "exit_code.h"
#include "inbox.h"
#include "mem.h"
#include "notify_systemd.h"
#include "tick.h"

/* With --once: tries again of a failed work, and of a lost connection. */
#define ONCE_WORK_RETRIES 3
#define ONCE_LOST_RETRIES 5
/* A work that is looked at seldom: once in so many polls. */
#define SELDOM_POLLS 6

static bool
looks_up(const struct service *service)
{
	return service->ctx.stopping || service->reload;
}

static void
wait_ms(struct service *service, int64_t ms)
{
	service->interrupted = looks_up(service);
	backoff_wait(service->ctx.base, ms, &service->interrupted);
}

static int
exit_now(const struct service *service)
{
	const struct daemon_work *work = service->ctx.daemon->works;
	size_t i;

	if (!service->ctx.once)
		return EXIT_DONE;
	for (i = 0; work && work[i].name; i++)
		if (service->works[i].given_up)
			return EXIT_RETRY;
	return service->ctx.exceptions > 0 ? EXIT_EXCEPTIONS : EXIT_DONE;
}

/*
 * Counts a failed or lost connection, waits. -1 to go on, or the exit code
 * when --once has had enough of it.
 */
static int
outage(struct service *service, const char *event)
{
	struct daemon_context *ctx = &service->ctx;
	const char *state = db_sqlstate(ctx->db);
	int64_t delay = backoff_next(&service->outage, ctx->common->retry_min,
				     ctx->common->retry_max);

	log_at(service->outage_logged ? LOG_DEBUG : LOG_WARN, event,
	       kv_int(attempt, service->outage.tries), kv_int(delay_ms, delay),
	       kv_str(sqlstate, state[0] ? state : NULL),
	       kv_str(error, db_error(ctx->db)));
	service->outage_logged = true;
	if (ctx->once && (!service->was_connected ||
			  service->outage.tries > ONCE_LOST_RETRIES))
		return EXIT_DATABASE;
	wait_ms(service, delay);
	return -1;
}

static void
tell_waiting(const struct service *service)
{
	/* The manager is not to take a database that comes late for a
	 * failed start of ours. */
	int64_t ms = service->common.connect_timeout +
		     service->common.call_timeout +
		     2 * service->common.retry_max;
	char *text = mem_printf("STATUS=waiting for the database\n"
				"EXTEND_TIMEOUT_USEC=%lld",
				(long long)ms * 1000);

	notify_systemd(text);
	mem_free(text);
}

static enum db_status
open_session(struct daemon_context *ctx)
{
	enum db_status status = db_connect(ctx->db);

	if (status == DB_OK && ctx->daemon->connected)
		status = ctx->daemon->connected(ctx);
	if (status != DB_OK)
		db_disconnect(ctx->db);
	return status;
}

/* -1: go on, connected or not; otherwise the exit code. */
static int
reconnect(struct service *service)
{
	struct daemon_context *ctx = &service->ctx;

	if (open_session(ctx) == DB_OK) {
		service->was_connected = true;
		presence_renew(&service->presence);
		notify_systemd("READY=1\nSTATUS=working");
		return -1;
	}
	if (db_schema_mismatch(ctx->db)) {
		log_error("db.schema.refused", kv_str(error, db_error(ctx->db)),
			  kv_str(hint, "run recardctl db migrate"));
		return EXIT_SCHEMA;
	}
	/* What is configured contradicts what the database knows: trying
	 * again does not help. */
	if (strcmp(db_sqlstate(ctx->db), "RC060") == 0) {
		log_error("db.configuration.refused",
			  kv_str(error, db_error(ctx->db)),
			  kv_str(hint, db_hint(ctx->db)));
		return EXIT_CONFIG;
	}
	tell_waiting(service);
	return outage(service, "db.connect.failed");
}

/* Whether nothing is to be expected of an idle work yet. */
static bool
rests(const struct service *service, const struct daemon_work *work,
      const struct work_state *state)
{
	return work->seldom && !service->woken && !service->ctx.once &&
	       state->look_at > clock_monotonic_ms();
}

static enum work_outcome
run_work(struct daemon_context *ctx, const struct daemon_work *work)
{
	switch (work->kind) {
	case WORK_TICK:
		return tick_run(ctx, work);
	case WORK_STEP:
		return work->step(ctx);
	case WORK_INBOX:
		return inbox_run(ctx, work);
	}
	return WORK_IDLE;
}

static void
note_failure(struct service *service, const struct daemon_work *work,
	     struct work_state *state)
{
	int64_t delay = backoff_next(&state->backoff, service->common.retry_min,
				     service->common.retry_max);

	state->not_before = clock_monotonic_ms() + delay;
	state->look_at = 0;
	state->given_up =
		service->ctx.once && state->backoff.tries > ONCE_WORK_RETRIES;
	log_debug("work.try.failed", kv_str(work, work->name),
		  kv_int(attempt, state->backoff.tries),
		  kv_int(delay_ms, delay));
}

/* One pass over the works that are due. */
static enum work_outcome
sweep(struct service *service)
{
	struct daemon_context *ctx = &service->ctx;
	const struct daemon_work *work = ctx->daemon->works;
	struct work_state *state = service->works;
	enum work_outcome outcome = WORK_IDLE;

	for (; work && work->name; work++, state++) {
		/* Signals and the watchdog, also when all are busy. */
		event_base_loop(ctx->base, EVLOOP_NONBLOCK);
		if (looks_up(service))
			break;
		if (db_notified(ctx->db, CHANNEL_STAGE))
			presence_renew(&service->presence);
		if (!presence_keep(service))
			return WORK_LOST;
		if (state->paused || state->given_up ||
		    state->not_before > clock_monotonic_ms() ||
		    rests(service, work, state))
			continue;
		switch (run_work(ctx, work)) {
		case WORK_MORE:
			outcome = WORK_MORE;
			__attribute__((fallthrough));
		case WORK_IDLE:
			state->look_at = clock_monotonic_ms() +
					 SELDOM_POLLS * ctx->common->poll;
			backoff_reset(&state->backoff);
			state->not_before = 0;
			break;
		case WORK_FAILED:
			note_failure(service, work, state);
			break;
		case WORK_LOST:
			return WORK_LOST;
		}
	}
	if (service->outage_logged && db_connected(ctx->db)) {
		log_info("db.connection.back",
			 kv_int(attempt, service->outage.tries));
		service->outage_logged = false;
	}
	if (db_connected(ctx->db))
		backoff_reset(&service->outage);
	return outcome;
}

/* Time until a work that failed is due again; -1 when none is waiting. */
static int64_t
next_retry(const struct service *service)
{
	const struct daemon_work *work = service->ctx.daemon->works;
	int64_t now = clock_monotonic_ms(), next = -1, left;
	size_t i;

	for (i = 0; work && work[i].name; i++) {
		const struct work_state *state = &service->works[i];

		if (state->given_up || state->not_before == 0)
			continue;
		left = state->not_before > now ? state->not_before - now : 0;
		if (next < 0 || left < next)
			next = left;
	}
	return next;
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	bool *over = arg;

	(void)fd;
	(void)what;
	*over = true;
}

/* Whether something came on one of the channels. */
static bool
notified(struct service *service)
{
	if (!db_notified(service->ctx.db, CHANNEL_STAGE))
		return db_notified(service->ctx.db, CHANNEL_WAKE);
	presence_renew(&service->presence);
	return true;
}

/* Sleeps until there may be something to do; whether somebody said so. */
static bool
idle(struct service *service, int64_t ms)
{
	struct daemon_context *ctx = &service->ctx;
	struct timeval delay = {.tv_sec = ms / 1000,
				.tv_usec = ms % 1000 * 1000};
	bool over = false;
	struct event *timer = evtimer_new(ctx->base, on_timer, &over);

	if (!timer || evtimer_add(timer, &delay))
		over = true;
	while (!over && !ctx->woken && !looks_up(service) &&
	       db_connected(ctx->db) && !notified(service))
		if (event_base_loop(ctx->base, EVLOOP_ONCE))
			break;
	if (timer)
		event_free(timer);
	/* Both may have come in one turn. */
	return ctx->woken || !over;
}

int
daemon_loop(struct service *service)
{
	struct daemon_context *ctx = &service->ctx;
	int64_t retry;
	int code;

	tell_waiting(service);
	while (!ctx->stopping) {
		code = -1;
		if (service->reload)
			daemon_config_reload(service);
		if (!db_connected(ctx->db)) {
			if (service->was_connected && !service->outage_logged)
				code = outage(service, "db.connection.lost");
			if (code < 0 && !looks_up(service))
				code = reconnect(service);
			if (code >= 0)
				return code;
			service->woken = true;
			continue;
		}
		ctx->woken = false;
		switch (sweep(service)) {
		case WORK_MORE:
			/* One work's doing is another one's to do. */
			service->woken = true;
			continue;
		case WORK_LOST:
			db_disconnect(ctx->db);
			code = outage(service, "db.connection.lost");
			if (code >= 0)
				return code;
			continue;
		case WORK_IDLE:
		case WORK_FAILED:
			break;
		}
		retry = next_retry(service);
		if (ctx->once && retry < 0 && !looks_up(service))
			break;
		if (retry < 0 || (retry > ctx->common->poll && !ctx->once))
			retry = ctx->common->poll;
		service->woken = idle(service, retry);
	}
	return exit_now(service);
}
