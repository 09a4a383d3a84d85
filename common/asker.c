/*
 * Connections that answer in turn: see asker.h.
 */
#include <sys/queue.h>

#include "asker.h"
#include "log.h"
#include "mem.h"
#include "schema_version.h"

struct question {
	TAILQ_ENTRY(question) entry;
	int statement;
	char *params[ASK_PARAMS_MOST];
	ask_done *done;
	void *arg;
};

struct desk {
	struct asker *asker;
	struct db *db;
	struct question *question; /* in hand */
};

struct asker {
	struct daemon_context *ctx;
	char *conninfo;
	struct db_options options;
	enum db_status (*connected)(struct db *db, void *arg);
	void *arg;
	struct desk *desks;
	size_t count;
	TAILQ_HEAD(, question) queue;
	bool outage_logged;
};

static void serve(struct asker *asker);

static void
end_question(struct question *q, enum db_status status,
	     struct db_result *result, struct db *db)
{
	q->done(q->arg, status, result, db);
	db_result_free(result);
	for (int i = 0; i < ASK_PARAMS_MOST; i++)
		mem_free(q->params[i]);
	mem_free(q);
}

static void
on_answer(void *arg, enum db_status status, struct db_result *result)
{
	struct desk *desk = arg;
	struct question *q = desk->question;

	desk->question = NULL;
	if (status == DB_LOST)
		desk->asker->ctx->woken = true;
	end_question(q, status, result, desk->db);
	serve(desk->asker);
}

static bool
give(struct desk *desk, struct question *q)
{
	struct db_param params[ASK_PARAMS_MOST];

	for (int i = 0; i < ASK_PARAMS_MOST; i++)
		params[i] = db_text(q->params[i]);
	desk->question = q;
	if (db_send(desk->db, q->statement, params, on_answer, desk))
		return true;
	desk->question = NULL;
	desk->asker->ctx->woken = true;
	return false;
}

/* Hands what waits to whoever is free. Without any connection nobody is to
 * wait. */
static void
serve(struct asker *asker)
{
	struct question *q;

	for (size_t i = 0; i < asker->count; i++) {
		struct desk *desk = &asker->desks[i];

		while (db_connected(desk->db) && !desk->question &&
		       (q = TAILQ_FIRST(&asker->queue))) {
			TAILQ_REMOVE(&asker->queue, q, entry);
			if (!give(desk, q)) {
				TAILQ_INSERT_HEAD(&asker->queue, q, entry);
				break;
			}
		}
	}
	if (asker_connected(asker))
		return;
	while ((q = TAILQ_FIRST(&asker->queue))) {
		TAILQ_REMOVE(&asker->queue, q, entry);
		end_question(q, DB_LOST, NULL, asker->desks[0].db);
	}
}

struct asker *
asker_new(struct daemon_context *ctx, const struct asker_options *options)
{
	struct asker *asker = mem_alloc(1, sizeof(*asker));

	asker->ctx = ctx;
	TAILQ_INIT(&asker->queue);
	asker->conninfo = daemon_conninfo(ctx->common);
	asker->options = (struct db_options){
		.conninfo = asker->conninfo,
		.role = options->role,
		.program = options->program,
		.connect_timeout_ms = ctx->common->connect_timeout,
		.call_timeout_ms = options->ms,
		.schema_version = RECARD_SCHEMA_VERSION,
		.statements = options->statements,
	};
	asker->connected = options->connected;
	asker->arg = options->arg;
	asker->desks = mem_alloc(options->connections, sizeof(*asker->desks));
	asker->count = options->connections;
	for (size_t i = 0; i < asker->count; i++) {
		asker->desks[i].asker = asker;
		asker->desks[i].db = db_new(ctx->base, &asker->options);
	}
	return asker;
}

/* A connection without its session settings is none. */
static enum db_status
connect_desk(struct asker *asker, struct db *db)
{
	enum db_status status = db_connect(db);

	if (status == DB_OK && asker->connected) {
		status = asker->connected(db, asker->arg);
		if (status != DB_OK)
			db_disconnect(db);
	}
	return status;
}

enum work_outcome
asker_keep(struct asker *asker)
{
	for (size_t i = 0; i < asker->count; i++) {
		struct db *db = asker->desks[i].db;

		if (db_connected(db) || asker->desks[i].question)
			continue;
		if (connect_desk(asker, db) != DB_OK) {
			if (!asker->outage_logged)
				log_error("db.asker.lost", kv_db(db));
			asker->outage_logged = true;
			return WORK_FAILED;
		}
	}
	asker->outage_logged = false;
	serve(asker);
	return WORK_IDLE;
}

bool
asker_connected(const struct asker *asker)
{
	for (size_t i = 0; i < asker->count; i++)
		if (db_connected(asker->desks[i].db))
			return true;
	return false;
}

void
asker_ask(struct asker *asker, int statement, const char *const *params,
	  ask_done *done, void *arg)
{
	struct question *q = mem_alloc(1, sizeof(*q));

	q->statement = statement;
	q->done = done;
	q->arg = arg;
	for (int i = 0; i < asker->options.statements[statement].params; i++)
		q->params[i] = mem_strdup(params[i]);
	TAILQ_INSERT_TAIL(&asker->queue, q, entry);
	serve(asker);
}

bool
asker_idle(const struct asker *asker)
{
	for (size_t i = 0; i < asker->count; i++)
		if (asker->desks[i].question)
			return false;
	return TAILQ_EMPTY(&asker->queue);
}

void
asker_free(struct asker *asker)
{
	struct question *q;

	if (!asker)
		return;
	for (size_t i = 0; i < asker->count; i++) {
		struct desk *desk = &asker->desks[i];

		/* What it still has in hand is never answered by itself. */
		db_disconnect(desk->db);
		if ((q = desk->question))
			TAILQ_INSERT_HEAD(&asker->queue, q, entry);
		desk->question = NULL;
	}
	serve(asker);
	for (size_t i = 0; i < asker->count; i++)
		db_free(asker->desks[i].db);
	mem_free(asker->desks);
	mem_free(asker->conninfo);
	mem_free(asker);
}
