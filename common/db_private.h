/*
 * Inside of the database modules: the connection and the steps by which
 * libpq moves on the event loop. Nobody else includes this.
 */
#ifndef RECARD_DB_PRIVATE_H
#define RECARD_DB_PRIVATE_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db.h"

struct event;

struct db {
	struct event_base *base;
	const struct db_options *options;
	PGconn *conn;           /* NULL: not connected */
	struct event *readable; /* persistent while connected */
	struct event *writable; /* only while db_send() needs it */
	struct event *timer;    /* deadline of the call in hand */
	bool expired;           /* that deadline has passed */
	bool broken;            /* the server is gone; not closed yet */
	bool ready;             /* session set up, statements prepared */
	unsigned notified;      /* a bit each LISTEN channel */
	bool schema_mismatch;
	char sqlstate[6];
	char *error; /* NULL: none */
	char *hint;  /* of one of our own errors; NULL: none */
	/* What db_send() has on its way; done NULL: nothing. */
	db_done *done;
	void *done_arg;
	PGresult *sent_result;
	enum db_status sent_status;
};

/* The server ends a statement at the time limit and so tells its outcome;
 * only a server that stays silent for this much longer is given up. */
#define DB_GRACE_MS 1000

struct db_result {
	PGresult *pg;
};

/* Parameters as libpq takes them. */
struct db_vector {
	const char **values;
	int *lengths;
	int *formats;
	char (*digits)[24]; /* DB_INT as text */
};

/* Borrows what params point to. End with db_vector_free(). */
void db_vector_fill(struct db_vector *vector, const struct db_param *params,
		    int count);
void db_vector_free(struct db_vector *vector);

/* Something has happened on the connection of a sent statement. */
void db_send_step(struct db *db);

void db_fault_clear(struct db *db);
/* Keeps the first fault of a call; only the first line of text is kept. */
void db_fault_set(struct db *db, const char *sqlstate, const char *text);
/* Remembers the error in result; says what it means for the connection. */
enum db_status db_fault_result(struct db *db, const PGresult *result);
/* Remembers why the connection could not be made. */
enum db_status db_fault_connect(struct db *db);
/* The server's message without values: data errors quote what they refuse.
 * mem_free() it. */
char *db_fault_text(const char *sqlstate, const char *message, bool raised);
/* True when the state means that this connection is of no more use. */
bool db_fault_fatal(const char *sqlstate);

/* Starts the clock of one call. */
void db_wire_deadline(struct db *db, int64_t ms);
/* Connects within connect_timeout_ms; nothing of the session is set up. */
enum db_status db_wire_connect(struct db *db, const char *const *keywords,
			       const char *const *values);
/* Closes and returns DB_LOST; `why` counts if no fault is known yet. */
enum db_status db_wire_lost(struct db *db, const char *why);
void db_wire_close(struct db *db);
/* Sends what libpq has buffered. */
enum db_status db_wire_flush(struct db *db);
/* The next result of the command in hand; NULL when it is complete. */
enum db_status db_wire_next(struct db *db, PGresult **result);
/* All results of the command: the last one, or the first error. */
enum db_status db_wire_finish(struct db *db, PGresult **last);

#endif
