/*
 * The HTTPS side of recard-payment: a notice is read by its channel's scheme,
 * stored as it came with many others in one transaction, and answered when
 * that is committed. The group makes itself: while one transaction is on its
 * way, the notices of the next one gather. What is booked is booked from the
 * table, on the daemon's other connection, so that no long file keeps a
 * notice waiting.
 */
#include <event2/event.h>
#include <string.h>
#include <sys/queue.h>

#include "buffer.h"
#include "clock.h"
#include "exit_code.h"
#include "failpoint.h"
#include "log.h"
#include "mem.h"
#include "payment.h"
#include "schema_version.h"
#include "waiting.h"

#define PATH_PREFIX "/notices/"
#define TICK_MS 250
#define REPORT_EVERY_MS 60000
#define DRAIN_MS 5000
#define RETRY_AFTER_S 30

static const struct db_statement statements[] = {
	{"receive_notices",
	 "SELECT recard.receive_notices($1, $2, $3, $4, $5, $6, $7, $8, $9, "
	 "$10, $11, $12, $13, $14)",
	 14},
	{0}};
enum { RECEIVE };

TAILQ_HEAD(waiting_list, waiting);

struct intake {
	struct daemon_context *ctx;
	struct http_server *server;
	char *conninfo;
	struct db_options db_options;
	struct db *db;
	struct waiting_list queue, in_hand;
	size_t alone; /* so many go one by one: one of them is refused */
	struct event *tick;
	int64_t report_due;
	int64_t refused; /* since the last report */
	bool outage_logged;
};

static void flush(struct intake *intake);

static void
drop(struct waiting_list *list, struct waiting *w)
{
	TAILQ_REMOVE(list, w, entry);
	waiting_free(w);
}

static void
answer(struct waiting_list *list, struct waiting *w, int code, const char *text)
{
	http_answer(w->request, code, "text/plain; charset=utf-8", text,
		    code == 503 ? RETRY_AFTER_S : 0);
	drop(list, w);
}

/* It is stored: what its sender may know of it. */
static void
answer_stored(struct waiting_list *list, struct waiting *w)
{
	switch (w->verdict) {
	case SCHEME_GENUINE:
	case SCHEME_HINT:
		answer(list, w, 200, scheme_answer(&w->channel->profile));
		return;
	case SCHEME_STALE:
		answer(list, w, 400, "time stamp out of tolerance\n");
		return;
	case SCHEME_FORGED:
		answer(list, w, 401, "signature does not fit\n");
		return;
	case SCHEME_MALFORMED:
		answer(list, w, 400, "cannot be read\n");
		return;
	}
}

static void
put_back(struct intake *intake)
{
	struct waiting *w;

	while ((w = TAILQ_LAST(&intake->in_hand, waiting_list))) {
		TAILQ_REMOVE(&intake->in_hand, w, entry);
		TAILQ_INSERT_HEAD(&intake->queue, w, entry);
	}
}

static size_t
length(const struct waiting_list *list)
{
	const struct waiting *w;
	size_t n = 0;

	TAILQ_FOREACH(w, list, entry)
	n++;
	return n;
}

static void
on_stored(void *arg, enum db_status status, struct db_result *result)
{
	struct intake *intake = arg;
	struct waiting *w;
	size_t count = length(&intake->in_hand);

	db_result_free(result);
	switch (status) {
	case DB_OK:
		FAILPOINT("payment.notices.committed");
		log_debug("payment.notices.stored", kv_int(count, count));
		intake->alone -= intake->alone > 0;
		while ((w = TAILQ_FIRST(&intake->in_hand)))
			answer_stored(&intake->in_hand, w);
		FAILPOINT("payment.notices.answered");
		intake->ctx->woken = true;
		break;
	case DB_LOST:
		/* Perhaps stored, perhaps not: stored again it is known. */
		put_back(intake);
		intake->ctx->woken = true;
		return;
	case DB_REFUSED:
		if (count > 1) {
			intake->alone = count;
			put_back(intake);
			break;
		}
		intake->alone -= intake->alone > 0;
		log_error("payment.notice.unstored",
			  kv_str(channel, TAILQ_FIRST(&intake->in_hand)
						  ->channel->settings->name),
			  kv_db(intake->db));
		answer(&intake->in_hand, TAILQ_FIRST(&intake->in_hand), 500,
		       "not stored\n");
		break;
	}
	flush(intake);
}

/* Takes what goes into the next transaction. */
static size_t
take_in_hand(struct intake *intake)
{
	size_t most = intake->alone ? 1 : (size_t)payment_settings.batch, n = 0;
	struct waiting *w;

	while (n < most && (w = TAILQ_FIRST(&intake->queue))) {
		/* Nobody waits for it: it will come again. */
		if (!http_request_waits(w->request)) {
			answer(&intake->queue, w, 503, "");
			continue;
		}
		TAILQ_REMOVE(&intake->queue, w, entry);
		TAILQ_INSERT_TAIL(&intake->in_hand, w, entry);
		n++;
	}
	return n;
}

static void
flush(struct intake *intake)
{
	struct buffer column[WAITING_COLUMNS] = {{0}};
	struct db_param params[WAITING_COLUMNS + 1];
	const struct waiting *w;

	if (!TAILQ_EMPTY(&intake->in_hand) || TAILQ_EMPTY(&intake->queue))
		return;
	if (!db_connected(intake->db)) {
		intake->ctx->woken = true;
		return;
	}
	if (take_in_hand(intake) == 0)
		return;
	TAILQ_FOREACH(w, &intake->in_hand, entry)
	waiting_add(w, column);
	for (int i = 0; i < WAITING_COLUMNS; i++)
		params[i] = db_text(db_array_end(&column[i]));
	params[WAITING_COLUMNS] = db_int(payment_settings.keep_refused);
	FAILPOINT("payment.notices.taken");
	if (!db_send(intake->db, RECEIVE, params, on_stored, intake)) {
		put_back(intake);
		intake->ctx->woken = true;
	}
	for (int i = 0; i < WAITING_COLUMNS; i++)
		buffer_free(&column[i]);
}

static void
receive(struct intake *intake, struct http_request *request,
	const struct channel *channel)
{
	struct waiting *w = waiting_new(request, channel);

	if (w->verdict == SCHEME_FORGED || w->verdict == SCHEME_MALFORMED)
		intake->refused++;
	TAILQ_INSERT_TAIL(&intake->queue, w, entry);
	flush(intake);
}

static void
answer_health(struct intake *intake, struct http_request *request)
{
	bool well = db_connected(intake->db) && !intake->ctx->stopping;

	http_answer(request, well ? 200 : 503, "application/json",
		    well ? "{\"status\":\"ok\"}\n"
			 : "{\"status\":\"no database\"}\n",
		    0);
}

static void
on_request(struct http_request *request, void *arg)
{
	struct intake *intake = arg;
	const struct payment *payment = intake->ctx->state;
	const char *path = http_request_path(request);
	const char *method = http_request_method(request);
	const struct channel *channel;

	if (strcmp(path, "/healthz") == 0) {
		if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
			answer_health(intake, request);
		else
			http_answer(request, 405, NULL, NULL, 0);
		return;
	}
	channel = strncmp(path, PATH_PREFIX, strlen(PATH_PREFIX)) == 0
			  ? channel_find(payment->channels,
					 payment->channel_count,
					 path + strlen(PATH_PREFIX))
			  : NULL;
	if (!channel)
		http_answer(request, 404, "text/plain", "no such channel\n", 0);
	else if (strcmp(method, "POST") != 0)
		http_answer(request, 405, NULL, NULL, 0);
	else
		receive(intake, request, channel);
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct intake *intake = arg;
	int64_t now = clock_monotonic_ms();
	struct waiting *w;

	(void)fd;
	(void)what;
	/* In the order in which they came; those in hand have the database's
	 * deadline. */
	while ((w = TAILQ_FIRST(&intake->queue)) && w->until < now)
		answer(&intake->queue, w, 503, "try again later\n");
	flush(intake);
	if (now < intake->report_due)
		return;
	intake->report_due = now + REPORT_EVERY_MS;
	if (intake->refused > 0)
		log_warn("payment.notices.refused",
			 kv_int(count, intake->refused),
			 kv_str(hint, "forged or unreadable: see "
				      "payment_notice, and the secrets"));
	intake->refused = 0;
}

static bool
watch_time(struct intake *intake)
{
	struct timeval every = {.tv_usec = TICK_MS * 1000};

	intake->report_due = clock_monotonic_ms() + REPORT_EVERY_MS;
	intake->tick =
		event_new(intake->ctx->base, -1, EV_PERSIST, on_tick, intake);
	return intake->tick && event_add(intake->tick, &every) == 0;
}

static void
open_database(struct intake *intake)
{
	const struct daemon_common *common = intake->ctx->common;

	intake->conninfo = daemon_conninfo(common);
	intake->db_options = (struct db_options){
		.conninfo = intake->conninfo,
		.role = "recard_payment",
		.program = "recard-payment intake",
		.connect_timeout_ms = common->connect_timeout,
		.call_timeout_ms = payment_settings.answer_time,
		.schema_version = RECARD_SCHEMA_VERSION,
		.statements = statements,
	};
	intake->db = db_new(intake->ctx->base, &intake->db_options);
}

int
intake_open(struct daemon_context *ctx)
{
	const struct http_server_options *server = &payment_settings.server;
	struct payment *payment = ctx->state;
	struct intake *intake;
	char *error;

	if (!server->listen && !server->listen_plain)
		return EXIT_DONE;
	error = http_server_objection(server);
	if (!error && (ctx->check || ctx->once))
		return EXIT_DONE;
	if (!error) {
		intake = payment->intake = mem_alloc(1, sizeof(*intake));
		intake->ctx = ctx;
		TAILQ_INIT(&intake->queue);
		TAILQ_INIT(&intake->in_hand);
		open_database(intake);
		intake->server = http_server_new(ctx->base, server, on_request,
						 intake, &error);
		if (intake->server && watch_time(intake)) {
			log_info("payment.server.listening",
				 kv_str(address, server->listen),
				 kv_str(plain, server->listen_plain));
			return EXIT_DONE;
		}
	}
	log_error("payment.server.refused", kv_str(error, error));
	mem_free(error);
	return EXIT_CONFIG;
}

enum work_outcome
intake_step(struct daemon_context *ctx)
{
	const struct payment *payment = ctx->state;
	struct intake *intake = payment->intake;

	if (!intake)
		return WORK_IDLE;
	if (!db_connected(intake->db)) {
		if (db_connect(intake->db) != DB_OK) {
			if (!intake->outage_logged)
				log_error("payment.intake.lost",
					  kv_db(intake->db));
			intake->outage_logged = true;
			return WORK_FAILED;
		}
		intake->outage_logged = false;
	}
	flush(intake);
	return WORK_IDLE;
}

void
intake_renew(struct daemon_context *ctx)
{
	const struct payment *payment = ctx->state;
	char *error;

	if (!payment->intake)
		return;
	error = http_server_renew(payment->intake->server);
	if (error)
		log_error("payment.server.refused", kv_str(error, error),
			  kv_str(hint, "the old certificate stays in use"));
	mem_free(error);
}

void
intake_close(struct daemon_context *ctx)
{
	struct payment *payment = ctx->state;
	struct intake *intake = payment->intake;
	int64_t until = clock_monotonic_ms() + DRAIN_MS;
	struct waiting *w;

	if (!intake)
		return;
	if (intake->server)
		http_server_quiesce(intake->server);
	while (intake->server && http_server_pending(intake->server) > 0 &&
	       db_connected(intake->db) && clock_monotonic_ms() < until)
		event_base_loop(ctx->base, EVLOOP_ONCE);
	put_back(intake);
	while ((w = TAILQ_FIRST(&intake->queue)))
		answer(&intake->queue, w, 503, "try again later\n");
	/* The last answers leave. */
	event_base_loop(ctx->base, EVLOOP_NONBLOCK);
	http_server_free(intake->server);
	if (intake->tick)
		event_free(intake->tick);
	db_free(intake->db);
	mem_free(intake->conninfo);
	mem_free(intake);
	payment->intake = NULL;
}
