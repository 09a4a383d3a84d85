/*
 * One PostgreSQL connection, asynchronous underneath (libpq on the libevent
 * loop) and written top-down by its user: db_call() turns the loop until the
 * answer is there or its deadline has passed, so signals, timers and the
 * watchdog go on meanwhile. It must be called outside event callbacks.
 *
 * All SQL is in a table of statements, prepared at connect: a missing
 * function fails at start. One call is one function and one transaction,
 * unless it stands between db_begin() and db_commit().
 */
#ifndef RECARD_DB_H
#define RECARD_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event_base;
struct buffer;
struct db;
struct db_result;

enum db_status {
	DB_OK,
	DB_REFUSED, /* the server answered with an error; see db_sqlstate() */
	DB_LOST     /* connection gone or deadline passed: outcome unknown */
};

struct db_statement {
	const char *name; /* NULL ends the table */
	const char *sql;
	int params;
};

/* SQL: an integer parameter of milliseconds as an interval. */
#define DB_MS_INTERVAL(param) \
	"make_interval(secs => " param "::bigint / 1000.0)"

struct db_param {
	enum { DB_NULL, DB_TEXT, DB_INT, DB_BYTES } kind;
	const char *text;
	int64_t number;
	const void *bytes;
	size_t len;
};

#define db_null() ((struct db_param){.kind = DB_NULL})
/* NULL text becomes SQL NULL. */
#define db_text(value) ((struct db_param){.kind = DB_TEXT, .text = (value)})
#define db_int(value) \
	((struct db_param){.kind = DB_INT, .number = (int64_t)(value)})
#define db_bytes(value, length) \
	((struct db_param){.kind = DB_BYTES, .bytes = (value), .len = (length)})

struct db_options {
	const char *conninfo; /* libpq connection string */
	const char *role;     /* user= unless conninfo names one; may be NULL */
	const char *program;  /* application_name */
	/* NOTIFY channels to LISTEN on, at most 8, NULL at the end; may be
	 * NULL. */
	const char *const *listen;
	int64_t connect_timeout_ms;
	int64_t call_timeout_ms; /* per call; also sent as statement_timeout */
	int schema_version;      /* expected recard.schema_version(); 0: any */
	const struct db_statement *statements; /* may be NULL */
};

/* Nothing is connected yet. options and what it points to are borrowed. */
struct db *db_new(struct event_base *base, const struct db_options *options);
/*
 * Connects, sets the session up (UTC, synchronous_commit on, lock and
 * statement time limits, and the server's own look whether we are still there,
 * which takes as long as a call may), checks the schema version, prepares every
 * statement and LISTENs. DB_REFUSED when the server or the schema does not
 * want us (db_error() says why; db_schema_mismatch() tells the latter),
 * DB_LOST when it cannot be reached.
 */
enum db_status db_connect(struct db *db);
bool db_connected(const struct db *db);
bool db_schema_mismatch(const struct db *db);
void db_disconnect(struct db *db);
void db_free(struct db *db);

/*
 * Runs statement number `statement` of the table with its params. *result
 * (may be NULL when no rows are wanted) is set on DB_OK only; free it with
 * db_result_free(). After DB_LOST the connection is closed; the caller goes
 * back to the daemon loop, which reconnects.
 */
enum db_status db_call(struct db *db, int statement,
		       const struct db_param *params,
		       struct db_result **result);
/*
 * The same without waiting: done is called from the event loop when the
 * outcome is known, with a result (that it frees) on DB_OK only. One statement
 * at a time a connection; what db_send() sends must not be mixed with
 * db_call() on one connection. False when it could not be sent: done is not
 * called then.
 */
typedef void db_done(void *arg, enum db_status status,
		     struct db_result *result);
bool db_send(struct db *db, int statement, const struct db_param *params,
	     db_done *done, void *arg);
/* SQL text that is a constant of the program, outside the table: for
 * migrations (several commands in one text) and recardctl. No parameters. */
enum db_status db_run(struct db *db, const char *constant_sql,
		      struct db_result **result);
/* One constant command with parameters, not prepared: for recardctl. */
enum db_status db_query(struct db *db, const char *constant_sql, int count,
			const struct db_param *params,
			struct db_result **result);
enum db_status db_begin(struct db *db);
enum db_status db_commit(struct db *db);
/* Also after an error; harmless when no transaction is open. */
void db_rollback(struct db *db);

/*
 * COPY … FROM STDIN: `fill` appends the next rows in COPY text format to the
 * buffer and returns 1, or 0 at the end, or -1 to abort.
 */
enum db_status db_copy_in(struct db *db, const char *constant_copy_sql,
			  int (*fill)(void *arg, struct buffer *rows),
			  void *arg);
/* Appends a value for COPY text format, escaped; NULL gives \N. */
void db_copy_value(struct buffer *rows, const char *value);

/* The server's process as it was told at connect, which a pooler in between
 * makes up; 0 when not connected. */
int db_backend_pid(const struct db *db);
/* True once after notifications on the nth LISTEN channel. */
bool db_notified(struct db *db, int channel);

/* SQLSTATE ("" when none) and first line of the last error: never its
 * DETAIL, which may quote personal data. */
const char *db_sqlstate(const struct db *db);
const char *db_error(const struct db *db);
/* Both, as fields of a log line (log.h). */
#define kv_db(db) kv_str(sqlstate, db_sqlstate(db)), kv_str(error, db_error(db))
/* The way out that one of our own errors (SQLSTATE RC…) names; "" otherwise. */
const char *db_hint(const struct db *db);

int db_rows(const struct db_result *result);
int db_columns(const struct db_result *result);
const char *db_column_name(const struct db_result *result, int column);
/* "" for NULL; borrowed until db_result_free(). */
const char *db_value(const struct db_result *result, int row, int column);
bool db_is_null(const struct db_result *result, int row, int column);
int64_t db_int64(const struct db_result *result, int row, int column);
bool db_bool(const struct db_result *result, int row, int column);
/* Decodes a bytea value. 0, or -1 when the value is no bytea. */
int db_bytea(const struct db_result *result, int row, int column,
	     struct buffer *out);
void db_result_free(struct db_result *result);

/*
 * Array literals as parameters: `struct buffer a = {0}; db_array_add(&a, x);
 * … db_text(db_array_end(&a))`. NULL adds a NULL element. db_array_end() of
 * an empty buffer gives "{}".
 */
void db_array_add(struct buffer *array, const char *element);
void db_array_add_int(struct buffer *array, int64_t element);
/* An element that is the text of an array itself: of plain words, NULL
 * ends. */
void db_array_add_list(struct buffer *array, char *const *words);
const char *db_array_end(struct buffer *array);

#endif
