/*
 * COPY … FROM STDIN: rows are handed over in pieces, each of which must be
 * taken within the call's time limit.
 */
#include <string.h>

#include "buffer.h"
#include "db_private.h"

/* Small enough to keep memory flat, large enough to be quick. */
#define PIECE_BYTES (256 * 1024)

void
db_copy_value(struct buffer *rows, const char *value)
{
	if (!value) {
		buffer_puts(rows, "\\N");
		return;
	}
	for (; *value; value++) {
		switch (*value) {
		case '\\':
			buffer_puts(rows, "\\\\");
			break;
		case '\t':
			buffer_puts(rows, "\\t");
			break;
		case '\n':
			buffer_puts(rows, "\\n");
			break;
		case '\r':
			buffer_puts(rows, "\\r");
			break;
		default:
			buffer_putc(rows, *value);
		}
	}
}

static enum db_status
send_piece(struct db *db, const struct buffer *rows)
{
	size_t done, piece;
	int taken;

	for (done = 0; done < rows->len; done += piece) {
		piece = rows->len - done;
		if (piece > PIECE_BYTES)
			piece = PIECE_BYTES;
		db_wire_deadline(db, db->options->call_timeout_ms);
		do {
			taken = PQputCopyData(db->conn, rows->data + done,
					      (int)piece);
			if (taken < 0)
				return db_wire_lost(db, "the connection broke");
			/* Also when taken: else libpq would hold it all. */
			if (db_wire_flush(db) != DB_OK)
				return DB_LOST;
		} while (taken == 0);
	}
	return DB_OK;
}

static enum db_status
send_rows(struct db *db, int (*fill)(void *arg, struct buffer *rows), void *arg,
	  const char **abort)
{
	struct buffer rows = {0};
	enum db_status status = DB_OK;
	int more = 1;

	while (status == DB_OK && more == 1) {
		buffer_clear(&rows);
		more = fill(arg, &rows);
		if (more < 0)
			*abort = "given up by the program";
		else
			status = send_piece(db, &rows);
	}
	buffer_free(&rows);
	return status;
}

/* The command did not begin a COPY: ends it. */
static enum db_status
refused(struct db *db, PGresult *result)
{
	enum db_status status = DB_REFUSED, rest;

	if (PQresultStatus(result) == PGRES_FATAL_ERROR)
		status = db_fault_result(db, result);
	else
		db_fault_set(db, NULL, "the command is no COPY FROM STDIN");
	PQclear(result);
	rest = db_wire_finish(db, NULL);
	return rest == DB_OK ? status : rest;
}

enum db_status
db_copy_in(struct db *db, const char *constant_copy_sql,
	   int (*fill)(void *arg, struct buffer *rows), void *arg)
{
	const char *abort = NULL;
	PGresult *result = NULL;
	bool started;

	if (!db_connected(db))
		return db_wire_lost(db, "not connected");
	db_fault_clear(db);
	db_wire_deadline(db, db->options->call_timeout_ms);
	if (!PQsendQuery(db->conn, constant_copy_sql))
		return db_wire_lost(db, "the connection broke");
	if (db_wire_flush(db) != DB_OK || db_wire_next(db, &result) != DB_OK)
		return DB_LOST;
	started = PQresultStatus(result) == PGRES_COPY_IN;
	if (!started)
		return refused(db, result);
	PQclear(result);
	if (send_rows(db, fill, arg, &abort) != DB_OK)
		return DB_LOST;
	db_wire_deadline(db, db->options->call_timeout_ms);
	while (PQputCopyEnd(db->conn, abort) == 0)
		if (db_wire_flush(db) != DB_OK)
			return DB_LOST;
	return db_wire_finish(db, NULL);
}
