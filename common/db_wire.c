/*
 * libpq on the event loop: connecting, sending and reading without ever
 * blocking, each call under one deadline. The socket has a persistent read
 * event, so that notifications and a server's end are seen also while
 * nobody calls.
 */
#include <event2/event.h>
#include <string.h>
#include <sys/time.h>

#include "db_private.h"
#include "log.h"
#include "mem.h"

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct db *db = arg;

	(void)fd;
	(void)what;
	if (PQconsumeInput(db->conn)) {
		db_send_step(db);
		return;
	}
	/* Otherwise the end of the stream would call us for ever. */
	db->broken = true;
	event_del(db->readable);
	if (db->done) {
		db_send_step(db);
		return;
	}
	if (evtimer_pending(db->timer, NULL))
		return;
	/* Between calls: what is known belongs to an older one. */
	db_fault_clear(db);
	db_fault_set(db, NULL, "the server closed the connection");
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct db *db = arg;

	(void)fd;
	(void)what;
	db->expired = true;
	db_send_step(db);
}

static void
on_ready(evutil_socket_t fd, short what, void *arg)
{
	bool *ready = arg;

	(void)fd;
	(void)what;
	*ready = true;
}

static void
on_notice(void *arg, const PGresult *notice)
{
	const char *severity =
		PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
	const char *state = PQresultErrorField(notice, PG_DIAG_SQLSTATE);
	const char *message =
		PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
	char *text;

	(void)arg;
	if (!message)
		return;
	text = db_fault_text(state ? state : "", message, false);
	if (severity && strcmp(severity, "WARNING") == 0)
		log_warn("db.notice.received", kv_str(message, text));
	else
		log_debug("db.notice.received", kv_str(message, text));
	mem_free(text);
}

void
db_wire_deadline(struct db *db, int64_t ms)
{
	struct timeval delay = {.tv_sec = ms / 1000,
				.tv_usec = ms % 1000 * 1000};

	if (!db->timer)
		db->timer = evtimer_new(db->base, on_timer, db);
	db->expired = !db->timer || evtimer_add(db->timer, &delay);
}

void
db_wire_close(struct db *db)
{
	if (db->timer)
		evtimer_del(db->timer);
	/* Before the descriptor closes and its number is used again. */
	if (db->readable)
		event_free(db->readable);
	if (db->writable)
		event_free(db->writable);
	db->readable = db->writable = NULL;
	PQfinish(db->conn);
	db->conn = NULL;
	db->broken = false;
	db->ready = false;
}

enum db_status
db_wire_lost(struct db *db, const char *why)
{
	db_fault_set(db, NULL, db->expired ? "no answer in time" : why);
	db_wire_close(db);
	return DB_LOST;
}

/* One turn of the loop; false when the deadline has passed. */
static bool
turn(struct db *db)
{
	if (db->readable && PQsocket(db->conn) < 0) {
		db->broken = true;
		event_del(db->readable);
	}
	if (db->expired || event_base_loop(db->base, EVLOOP_ONCE))
		return false;
	return !db->expired;
}

/* Waits until the socket can be read (EV_READ) or written (EV_WRITE). */
static bool
wait_socket(struct db *db, short what)
{
	bool ready = false;
	struct event *event =
		event_new(db->base, PQsocket(db->conn), what, on_ready, &ready);

	if (event && event_add(event, NULL) == 0)
		while (!ready && !db->broken && turn(db))
			;
	if (event)
		event_free(event);
	return ready;
}

enum db_status
db_wire_connect(struct db *db, const char *const *keywords,
		const char *const *values)
{
	PostgresPollingStatusType next = PGRES_POLLING_WRITING;

	db->broken = false;
	db_wire_deadline(db, db->options->connect_timeout_ms);
	db->conn = PQconnectStartParams(keywords, values, 1);
	if (!db->conn)
		return db_wire_lost(db, "out of memory");
	/* The refusal of a start-up has no result; verbose, its text tells
	 * the SQLSTATE. */
	PQsetErrorVerbosity(db->conn, PQERRORS_VERBOSE);
	PQsetNoticeReceiver(db->conn, on_notice, NULL);
	if (PQstatus(db->conn) == CONNECTION_BAD)
		next = PGRES_POLLING_FAILED;
	while (next != PGRES_POLLING_OK && next != PGRES_POLLING_FAILED) {
		if (!wait_socket(db, next == PGRES_POLLING_READING ? EV_READ
								   : EV_WRITE))
			return db_wire_lost(db, "cannot wait for the server");
		next = PQconnectPoll(db->conn);
	}
	if (next == PGRES_POLLING_FAILED) {
		enum db_status status = db_fault_connect(db);

		db_wire_close(db);
		return status;
	}
	evtimer_del(db->timer);
	PQsetErrorVerbosity(db->conn, PQERRORS_DEFAULT);
	db->readable = event_new(db->base, PQsocket(db->conn),
				 EV_READ | EV_PERSIST, on_readable, db);
	if (!db->readable || event_add(db->readable, NULL) ||
	    PQsetnonblocking(db->conn, 1))
		return db_wire_lost(db, "cannot watch the connection");
	return DB_OK;
}

enum db_status
db_wire_flush(struct db *db)
{
	int left;

	while ((left = PQflush(db->conn)) == 1)
		if (!wait_socket(db, EV_WRITE))
			return db_wire_lost(db, "the connection broke");
	/* The server may have said why before it went: let that be read. */
	if (left < 0 && !db->broken && !PQconsumeInput(db->conn))
		db->broken = true;
	return DB_OK;
}

enum db_status
db_wire_next(struct db *db, PGresult **result)
{
	while (PQisBusy(db->conn))
		if (db->broken || !turn(db))
			return db_wire_lost(db,
					    "the server closed the connection");
	*result = PQgetResult(db->conn);
	return DB_OK;
}

enum db_status
db_wire_finish(struct db *db, PGresult **last)
{
	enum db_status status = DB_OK, verdict;
	PGresult *kept = NULL, *result;

	if (db_wire_flush(db) != DB_OK)
		return DB_LOST;
	for (;;) {
		if (db_wire_next(db, &result) != DB_OK) {
			PQclear(kept);
			return DB_LOST;
		}
		if (!result)
			break;
		switch (PQresultStatus(result)) {
		case PGRES_COMMAND_OK:
		case PGRES_TUPLES_OK:
		case PGRES_EMPTY_QUERY:
			PQclear(kept);
			kept = result;
			continue;
		case PGRES_COPY_IN:
		case PGRES_COPY_OUT:
		case PGRES_COPY_BOTH:
			PQclear(result);
			PQclear(kept);
			return db_wire_lost(db, "COPY where none belongs");
		default:
			verdict = db_fault_result(db, result);
			PQclear(result);
			if (status != DB_LOST)
				status = verdict;
		}
	}
	evtimer_del(db->timer);
	if (status == DB_LOST || PQstatus(db->conn) == CONNECTION_BAD) {
		PQclear(kept);
		return db_wire_lost(db, "the connection broke");
	}
	if (status == DB_OK && last)
		*last = kept;
	else
		PQclear(kept);
	return status;
}
