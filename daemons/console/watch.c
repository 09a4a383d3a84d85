/*
 * Metrics and health: see watch.h.
 */
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "asker.h"
#include "certificate_file.h"
#include "clock.h"
#include "console.h"
#include "http_server.h"
#include "log.h"
#include "mem.h"
#include "metrics_text.h"
#include "schema_version.h"
#include "watch.h"

#define RETRY_AFTER_S 5
#define DRAIN_MS 2000

enum { METRICS, CLOCK };

static const struct db_statement statements[] = {
	[METRICS] = {"metrics",
		     "SELECT name, labels, value FROM "
		     "recard.metrics()",
		     0},
	[CLOCK] = {"clock",
		   "SELECT extract(epoch FROM clock_timestamp()),"
		   " recard.schema_version()",
		   0},
	{0}};

struct watch {
	struct daemon_context *ctx;
	struct http_server_options options;
	struct http_server *server;
	struct asker *asker;
};

/* One scrape: the clock first, then the rest. */
struct scrape {
	struct watch *watch;
	struct http_request *request;
	double asked_at; /* this host's clock */
	struct metrics metrics;
};

static double
now(void)
{
	struct timeval tv;

	gettimeofday(&tv, NULL);
	return (double)tv.tv_sec + (double)tv.tv_usec / 1e6;
}

static void
end_scrape(struct scrape *scrape, enum db_status status)
{
	struct buffer text = {0};

	if (status == DB_OK) {
		metrics_write(&scrape->metrics, &text);
		http_answer(scrape->request, 200, METRICS_TYPE, text.data, 0);
	} else {
		http_answer(scrape->request, 503, "text/plain",
			    "no answer from the database\n", RETRY_AFTER_S);
	}
	buffer_free(&text);
	metrics_free(&scrape->metrics);
	mem_free(scrape);
}

static void
add_certificate(struct metrics *metrics, const char *path)
{
	struct certificate_facts facts;
	char *error = NULL;

	if (certificate_file_read(path, &facts, &error)) {
		metrics_put(metrics, METRIC_recard_certificate_left_seconds,
			    "certificate", path, (double)facts.ends - now());
		return;
	}
	/* One that cannot be read is no good any more. */
	log_warn("console.certificate.unread", kv_str(error, error));
	metrics_put(metrics, METRIC_recard_certificate_left_seconds,
		    "certificate", path, 0);
	mem_free(error);
}

/* The nth certificate to watch: the server's, the operators' authority (either
 * may be NULL), and those that the configuration names. */
static const char *
certificate_path(size_t nth)
{
	char *const *more = console_settings.watch_certificates;

	if (nth == 0)
		return console_settings.server.certificate;
	if (nth == 1)
		return console_settings.server.client_ca;
	for (nth -= 2; more && *more && nth > 0; nth--)
		more++;
	return more ? *more : NULL;
}

/* A series is told once. */
static bool
seen_before(const char *path, size_t nth)
{
	for (size_t i = 0; i < nth; i++) {
		const char *other = certificate_path(i);

		if (other && strcmp(other, path) == 0)
			return true;
	}
	return false;
}

/* What this process knows without asking. */
static void
add_own(struct metrics *metrics)
{
	const char *path;
	char version[64];

	snprintf(version, sizeof(version),
		 "{\"version\":\"%s\",\"schema\":\"%d\"}", PACKAGE_VERSION,
		 RECARD_SCHEMA_VERSION);
	metrics_add(metrics, "recard_build_info", version, 1);
	for (size_t i = 0; (path = certificate_path(i)) || i < 2; i++)
		if (path && !seen_before(path, i))
			add_certificate(metrics, path);
}

static void
on_metrics(void *arg, enum db_status status, const struct db_result *result,
	   struct db *db)
{
	struct scrape *scrape = arg;

	if (status == DB_REFUSED)
		log_error("console.metrics.refused", kv_db(db));
	for (int row = 0; status == DB_OK && row < db_rows(result); row++)
		if (!metrics_add(&scrape->metrics, db_value(result, row, 0),
				 db_value(result, row, 1),
				 strtod(db_value(result, row, 2), NULL)))
			log_error("console.metric.unknown",
				  kv_str(message, db_value(result, row, 0)));
	add_own(&scrape->metrics);
	end_scrape(scrape, status);
}

static void
on_clock(void *arg, enum db_status status, const struct db_result *result,
	 struct db *db)
{
	struct scrape *scrape = arg;

	(void)db;
	if (status != DB_OK) {
		end_scrape(scrape, status);
		return;
	}
	/* It was read somewhere between asking and now. */
	metrics_put(&scrape->metrics, METRIC_recard_db_clock_skew_seconds, NULL,
		    NULL,
		    strtod(db_value(result, 0, 0), NULL) -
			    (scrape->asked_at + now()) / 2);
	asker_ask(scrape->watch->asker, METRICS, NULL, on_metrics, scrape);
}

static void
on_ready(void *arg, enum db_status status, const struct db_result *result,
	 struct db *db)
{
	struct http_request *request = arg;

	(void)result;
	(void)db;
	if (status == DB_OK)
		http_answer(request, 200, "text/plain", "ready\n", 0);
	else
		http_answer(request, 503, "text/plain",
			    "no answer from the database\n", RETRY_AFTER_S);
}

static void
on_request(struct http_request *request, void *arg)
{
	struct watch *watch = arg;
	const char *path = http_request_path(request);
	const char *method = http_request_method(request);

	if (strcmp(path, "/healthz") != 0 && strcmp(path, "/readyz") != 0 &&
	    strcmp(path, "/metrics") != 0) {
		http_answer(request, 404, "text/plain", "not found\n", 0);
	} else if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
		http_answer(request, 405, NULL, NULL, 0);
	} else if (strcmp(path, "/healthz") == 0) {
		http_answer(request, 200, "text/plain", "alive\n", 0);
	} else if (strcmp(path, "/readyz") == 0) {
		asker_ask(watch->asker, CLOCK, NULL, on_ready, request);
	} else {
		struct scrape *scrape = mem_alloc(1, sizeof(*scrape));

		scrape->watch = watch;
		scrape->request = request;
		scrape->asked_at = now();
		asker_ask(watch->asker, CLOCK, NULL, on_clock, scrape);
	}
}

struct watch *
watch_open(struct daemon_context *ctx, char **error)
{
	struct watch *watch = mem_alloc(1, sizeof(*watch));

	watch->ctx = ctx;
	watch->options = console_settings.server;
	watch->options.listen = NULL;
	watch->options.listen_plain = console_settings.metrics_listen;
	*error = http_server_objection(&watch->options);
	if (*error || ctx->check || ctx->once)
		return watch;
	watch->asker = asker_new(
		ctx, &(struct asker_options){.role = "recard_console",
					     .program = "recard-console watch",
					     .connections = 1,
					     .ms = console_settings.page_time,
					     .statements = statements});
	watch->server = http_server_new(ctx->base, &watch->options, on_request,
					watch, error);
	return watch;
}

enum work_outcome
watch_step(struct watch *watch)
{
	return watch->asker ? asker_keep(watch->asker) : WORK_IDLE;
}

void
watch_close(struct watch *watch)
{
	int64_t until = clock_monotonic_ms() + DRAIN_MS;

	if (!watch)
		return;
	if (watch->server) {
		http_server_quiesce(watch->server);
		while (http_server_pending(watch->server) > 0 &&
		       asker_connected(watch->asker) &&
		       clock_monotonic_ms() < until)
			event_base_loop(watch->ctx->base, EVLOOP_ONCE);
	}
	asker_free(watch->asker);
	event_base_loop(watch->ctx->base, EVLOOP_NONBLOCK);
	http_server_free(watch->server);
	mem_free(watch);
}
