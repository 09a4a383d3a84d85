/*
 * Statements whose outcome comes by callback, for programs that serve others
 * while they wait: sent, and finished by the connection's own events.
 */
#include <event2/event.h>

#include "db_private.h"
#include "mem.h"

static void
finish(struct db *db, enum db_status status)
{
	db_done *done = db->done;
	struct db_result *result = NULL;
	PGresult *pg = db->sent_result;

	db->done = NULL;
	db->sent_result = NULL;
	if (db->timer)
		evtimer_del(db->timer);
	if (status == DB_OK) {
		result = mem_alloc(1, sizeof(*result));
		result->pg = pg;
	} else {
		PQclear(pg);
	}
	done(db->done_arg, status, result);
}

static void
finish_lost(struct db *db, const char *why)
{
	enum db_status status = db_wire_lost(db, why);

	if (db->done)
		finish(db, status);
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	db_send_step(arg);
}

void
db_send_step(struct db *db)
{
	PGresult *pg;
	int left;

	if (!db->done)
		return;
	if (db->broken || db->expired) {
		finish_lost(db, "the server closed the connection");
		return;
	}
	left = PQflush(db->conn);
	if (left < 0) {
		finish_lost(db, "the connection broke");
		return;
	}
	if (left > 0 && !db->writable)
		db->writable = event_new(db->base, PQsocket(db->conn), EV_WRITE,
					 on_writable, db);
	if (left > 0 && (!db->writable || event_add(db->writable, NULL))) {
		finish_lost(db, "the connection cannot be watched");
		return;
	}
	while (!PQisBusy(db->conn)) {
		pg = PQgetResult(db->conn);
		if (!pg) {
			finish(db, db->sent_status);
			return;
		}
		PQclear(db->sent_result);
		db->sent_result = NULL;
		if (PQresultStatus(pg) == PGRES_TUPLES_OK ||
		    PQresultStatus(pg) == PGRES_COMMAND_OK) {
			db->sent_result = pg;
			continue;
		}
		db->sent_status = db_fault_result(db, pg);
		PQclear(pg);
		if (db->sent_status == DB_LOST) {
			finish_lost(db, "the connection broke");
			return;
		}
	}
}

bool
db_send(struct db *db, int statement, const struct db_param *params,
	db_done *done, void *arg)
{
	const struct db_statement *s = &db->options->statements[statement];
	struct db_vector v;
	int sent;

	if (!db_connected(db) || db->done)
		return false;
	db_fault_clear(db);
	db_wire_deadline(db, db->options->call_timeout_ms + DB_GRACE_MS);
	db_vector_fill(&v, params, s->params);
	sent = PQsendQueryPrepared(db->conn, s->name, s->params, v.values,
				   v.lengths, v.formats, 0);
	db_vector_free(&v);
	if (!sent) {
		db_wire_lost(db, "the connection broke");
		return false;
	}
	db->done = done;
	db->done_arg = arg;
	db->sent_status = DB_OK;
	db_send_step(db);
	return true;
}
