/*
 * The life of a daemon, from its options to its end. Becoming a daemon,
 * changing users and keeping pid files are left to the service manager.
 */
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "daemon_private.h"
#include "exit_code.h"
#include "mem.h"
#include "notify_systemd.h"
#include "schema_version.h"
#include "secrecy.h"

enum { SIGNAL_TERM, SIGNAL_INT, SIGNAL_HUP, SIGNAL_USR1, SIGNAL_COUNT };

struct watch {
	struct event *signals[SIGNAL_COUNT];
	struct event *watchdog;
};

static void
on_stop(evutil_socket_t number, short what, void *arg)
{
	struct service *service = arg;

	(void)what;
	if (service->ctx.stopping) {
		/* The second one: now. The database rolls back what is in
		 * hand, and files are repeated. */
		log_warn("daemon.stop.forced", kv_int(signal, number));
		signal((int)number, SIG_DFL);
		raise((int)number);
		return;
	}
	log_info("daemon.stop.asked", kv_int(signal, number));
	notify_systemd("STOPPING=1\nSTATUS=finishing what is in hand");
	service->ctx.stopping = true;
	service->interrupted = true;
}

static void
on_reload(evutil_socket_t number, short what, void *arg)
{
	struct service *service = arg;

	(void)number;
	(void)what;
	/* Done between works, never under one. */
	service->reload = true;
	service->interrupted = true;
}

static void
on_reopen(evutil_socket_t number, short what, void *arg)
{
	(void)number;
	(void)what;
	daemon_log_reopen(arg);
}

static void
on_watchdog(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	notify_systemd("WATCHDOG=1");
}

static bool
watch_signals(struct service *service, struct watch *watch)
{
	static const struct {
		int number;
		event_callback_fn act;
	} signals[SIGNAL_COUNT] = {
		[SIGNAL_TERM] = {SIGTERM, on_stop},
		[SIGNAL_INT] = {SIGINT, on_stop},
		[SIGNAL_HUP] = {SIGHUP, on_reload},
		[SIGNAL_USR1] = {SIGUSR1, on_reopen},
	};
	int i;

	signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < SIGNAL_COUNT; i++) {
		watch->signals[i] =
			evsignal_new(service->ctx.base, signals[i].number,
				     signals[i].act, service);
		if (!watch->signals[i] || event_add(watch->signals[i], NULL))
			return false;
	}
	return true;
}

static bool
watch_ourselves(struct service *service, struct watch *watch)
{
	int64_t ms = notify_systemd_watchdog_ms();
	struct timeval interval = {.tv_sec = ms / 1000,
				   .tv_usec = ms % 1000 * 1000};

	if (ms == 0)
		return true;
	watch->watchdog =
		event_new(service->ctx.base, -1, EV_PERSIST, on_watchdog, NULL);
	return watch->watchdog && event_add(watch->watchdog, &interval) == 0;
}

static void
unwatch(struct watch *watch)
{
	int i;

	for (i = 0; i < SIGNAL_COUNT; i++)
		if (watch->signals[i])
			event_free(watch->signals[i]);
	if (watch->watchdog)
		event_free(watch->watchdog);
}

/* The statements of the daemon, and behind them those of the frame. */
static void
collect_statements(struct service *service)
{
	const struct db_statement *own = service->ctx.daemon->statements;
	size_t n = 0;

	while (own && own[n].name)
		n++;
	service->statements = mem_alloc(n + PRESENCE_STATEMENTS + 1,
					sizeof(*service->statements));
	if (n > 0)
		memcpy(service->statements, own, n * sizeof(*own));
	memcpy(service->statements + n, presence_statements,
	       sizeof(presence_statements));
	presence_init(&service->presence, (int)n);
}

static void
open_database(struct service *service)
{
	const struct daemon *daemon = service->ctx.daemon;

	collect_statements(service);
	service->channels[CHANNEL_STAGE] = PRESENCE_CHANNEL;
	service->channels[CHANNEL_WAKE] = daemon->wake;
	service->conninfo = daemon_conninfo(&service->common);
	service->db_options = (struct db_options){
		.conninfo = service->conninfo,
		.role = service->role,
		.program = service->program,
		.listen = service->channels,
		.connect_timeout_ms = service->common.connect_timeout,
		.call_timeout_ms = service->common.call_timeout,
		.schema_version = RECARD_SCHEMA_VERSION,
		.statements = service->statements,
	};
	service->ctx.db = db_new(service->ctx.base, &service->db_options);
}

static void
count_works(struct service *service)
{
	const struct daemon_work *work = service->ctx.daemon->works;
	size_t n = 0;

	while (work && work[n].name)
		n++;
	service->works = mem_alloc(n + 1, sizeof(*service->works));
}

/* Between init and fini. */
static int
serve(struct service *service)
{
	int code;

	if (service->options.check) {
		printf("configuration OK\n");
		return EXIT_DONE;
	}
	log_info("daemon.start.done", kv_int(pid, getpid()));
	code = daemon_loop(service);
	presence_end(service);
	log_info("daemon.stop.done", kv_int(exit, code));
	return code;
}

/* With a loaded configuration. */
static int
live(struct service *service)
{
	struct daemon_context *ctx = &service->ctx;
	struct watch watch = {.watchdog = NULL};
	int code = EXIT_RETRY;

	ctx->base = event_base_new();
	if (!ctx->base || !watch_signals(service, &watch) ||
	    !watch_ourselves(service, &watch)) {
		log_error("daemon.start.failed",
			  kv_str(error, "no event loop"));
		goto out;
	}
	open_database(service);
	count_works(service);
	code = ctx->daemon->init ? ctx->daemon->init(ctx) : EXIT_DONE;
	if (code != EXIT_DONE)
		goto out;
	code = serve(service);
	if (ctx->daemon->fini)
		ctx->daemon->fini(ctx);
out:
	db_free(ctx->db);
	unwatch(&watch);
	if (ctx->base)
		event_base_free(ctx->base);
	mem_free(service->works);
	mem_free(service->statements);
	mem_free(service->conninfo);
	return code;
}

int
daemon_main(const struct daemon *daemon, int argc, char **argv)
{
	struct service service = {.ctx = {.daemon = daemon}};
	int code;

	/* It must not end who is only just beginning, or about to end. */
	signal(SIGUSR1, SIG_IGN);
	secrecy_no_dumps();
	code = daemon_options_parse(daemon, argc, argv, &service.options);
	if (code >= 0)
		return code;
	service.program = mem_printf("recard-%s", daemon->name);
	service.role = mem_printf("recard_%s", daemon->name);
	service.ctx.common = &service.common;
	service.ctx.config = service.options.config;
	service.ctx.actor = daemon->name;
	service.ctx.once = service.options.once;
	service.ctx.check = service.options.check;
	service.ctx.dry_run = service.options.dry_run;
	code = daemon_config_load(&service);
	if (code == EXIT_DONE && service.options.print) {
		conf_print(service.conf, stdout);
	} else if (code == EXIT_DONE) {
		log_open(service.program, daemon_config_level(&service));
		code = daemon_log_start(&service);
		if (code == EXIT_DONE)
			code = live(&service);
		log_file_use(-1, false);
	}
	daemon_config_free(&service);
	mem_free(service.program);
	mem_free(service.role);
	return code;
}
