/*
 * One database connection: setting up its session and running statements.
 * How libpq moves on the event loop is db_wire.c's matter, what an error
 * means db_fault.c's.
 */
#include <assert.h>
#include <event2/event.h>
#include <inttypes.h>
#include <string.h>

#include "buffer.h"
#include "db_private.h"
#include "mem.h"

struct db *
db_new(struct event_base *base, const struct db_options *options)
{
	struct db *db = mem_alloc(1, sizeof(*db));

	db->base = base;
	db->options = options;
	return db;
}

bool
db_connected(const struct db *db)
{
	return db->conn && db->ready && !db->broken;
}

bool
db_schema_mismatch(const struct db *db)
{
	return db->schema_mismatch;
}

void
db_disconnect(struct db *db)
{
	if (db->conn)
		db_wire_close(db);
}

void
db_free(struct db *db)
{
	if (!db)
		return;
	db_disconnect(db);
	if (db->timer)
		event_free(db->timer);
	db_fault_clear(db);
	mem_free(db);
}

/* Ends what a PQsend… call started; `sent` is what that returned. */
static enum db_status
complete(struct db *db, int sent, struct db_result **result)
{
	enum db_status status;
	PGresult *pg = NULL;

	if (!sent)
		return db_wire_lost(db, "the connection broke");
	status = db_wire_finish(db, &pg);
	if (status != DB_OK || !result) {
		PQclear(pg);
		return status;
	}
	*result = mem_alloc(1, sizeof(**result));
	(*result)->pg = pg;
	return DB_OK;
}

static void
begin_call(struct db *db)
{
	db_fault_clear(db);
	db_wire_deadline(db, db->options->call_timeout_ms + DB_GRACE_MS);
}

static enum db_status
run_text(struct db *db, const char *sql, struct db_result **result)
{
	begin_call(db);
	return complete(db, PQsendQuery(db->conn, sql), result);
}

static enum db_status
run_params(struct db *db, const char *sql, int count,
	   const struct db_param *params, struct db_result **result)
{
	struct db_vector v;
	int sent;

	begin_call(db);
	db_vector_fill(&v, params, count);
	sent = PQsendQueryParams(db->conn, sql, count, NULL, v.values,
				 v.lengths, v.formats, 0);
	db_vector_free(&v);
	return complete(db, sent, result);
}

/* Also through a connection pooler, which lets no start-up options pass. */
static enum db_status
set_session(struct db *db)
{
	/* remote_apply, where an administrator asked for it, is more. */
	static const char sql[] =
		"SELECT set_config('TimeZone', 'UTC', false),"
		" set_config('DateStyle', 'ISO, YMD', false),"
		" set_config('bytea_output', 'hex', false),"
		/* Compiling takes longer than all but the largest of ours. */
		" set_config('jit', 'off', false),"
		" set_config('synchronous_commit',"
		" CASE current_setting('synchronous_commit')"
		" WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END,"
		" false),"
		" set_config('statement_timeout', $1, false),"
		" set_config('lock_timeout', $2, false),"
		" set_config('idle_in_transaction_session_timeout', $1, false),"
		/* The locks of a host that vanished go with its session. */
		" set_config('tcp_keepalives_idle', $3, false),"
		" set_config('tcp_keepalives_interval', $4, false),"
		" set_config('tcp_keepalives_count', '3', false)";
	int64_t limit = db->options->call_timeout_ms;
	struct db_param params[] = {db_int(limit), db_int((limit + 1) / 2),
				    db_int((limit + 1999) / 2000),
				    db_int((limit + 5999) / 6000)};

	return run_params(db, sql, 4, params, NULL);
}

/* Missing or forbidden objects: the schema is not the one we were made for. */
static enum db_status
note_mismatch(struct db *db, enum db_status status)
{
	if (status == DB_REFUSED &&
	    (!strncmp(db->sqlstate, "42", 2) || !strcmp(db->sqlstate, "3F000")))
		db->schema_mismatch = true;
	return status;
}

static enum db_status
check_schema(struct db *db)
{
	struct db_result *result = NULL;
	enum db_status status;
	int64_t found;
	char text[96];

	if (db->options->schema_version == 0)
		return DB_OK;
	status = run_text(db, "SELECT recard.schema_version()", &result);
	if (status != DB_OK)
		return note_mismatch(db, status);
	found = db_rows(result) == 1 ? db_int64(result, 0, 0) : 0;
	db_result_free(result);
	if (found == db->options->schema_version)
		return DB_OK;
	snprintf(text, sizeof(text),
		 "schema version is %" PRId64 ", this program needs %d", found,
		 db->options->schema_version);
	db_fault_set(db, NULL, text);
	db->schema_mismatch = true;
	return DB_REFUSED;
}

static enum db_status
prepare(struct db *db)
{
	const struct db_statement *s = db->options->statements;
	enum db_status status;

	for (; s && s->name; s++) {
		begin_call(db);
		status = complete(
			db, PQsendPrepare(db->conn, s->name, s->sql, 0, NULL),
			NULL);
		if (status == DB_OK)
			continue;
		if (status == DB_REFUSED) {
			char *text = mem_printf("statement %s: %s", s->name,
						db_error(db));

			mem_free(db->error);
			db->error = text;
		}
		return note_mismatch(db, status);
	}
	return DB_OK;
}

static enum db_status
listen_channel(struct db *db, const char *channel)
{
	enum db_status status;
	char *quoted, *sql;

	quoted = PQescapeIdentifier(db->conn, channel, strlen(channel));
	if (!quoted)
		return db_wire_lost(db, "channel name cannot be quoted");
	sql = mem_printf("LISTEN %s", quoted);
	PQfreemem(quoted);
	status = run_text(db, sql, NULL);
	mem_free(sql);
	return status;
}

static enum db_status
listen_channels(struct db *db)
{
	const char *const *channel = db->options->listen;
	enum db_status status = DB_OK;

	db->notified = 0;
	for (; channel && *channel && status == DB_OK; channel++)
		status = listen_channel(db, *channel);
	return status;
}

/* True when conninfo itself names a user. */
static bool
names_user(const PQconninfoOption *option)
{
	for (; option->keyword; option++)
		if (!strcmp(option->keyword, "user") && option->val)
			return true;
	return false;
}

static enum db_status
open_connection(struct db *db)
{
	const struct db_options *o = db->options;
	PQconninfoOption *parsed = PQconninfoParse(o->conninfo, NULL);
	const char *keywords[12], *values[12];
	char user_timeout[24];
	bool named;
	int n = 0;

	if (!parsed) {
		/* libpq's words could quote a password. */
		db_fault_set(db, NULL, "not a libpq connection string");
		return DB_REFUSED;
	}
	named = names_user(parsed);
	PQconninfoFree(parsed);
	snprintf(user_timeout, sizeof(user_timeout), "%" PRId64,
		 o->call_timeout_ms + DB_GRACE_MS);
#define PUT(keyword, value) (keywords[n] = (keyword), values[n++] = (value))
	PUT("keepalives_idle", "30");
	PUT("keepalives_interval", "10");
	PUT("keepalives_count", "3");
	PUT("tcp_user_timeout", user_timeout);
	/* What the administrator wrote counts more than the above and less
	 * than the below. */
	PUT("dbname", o->conninfo);
	PUT("client_encoding", "UTF8");
	PUT("application_name", o->program);
	if (o->role && !named)
		PUT("user", o->role);
	PUT(NULL, NULL);
#undef PUT
	return db_wire_connect(db, keywords, values);
}

enum db_status
db_connect(struct db *db)
{
	enum db_status status;

	db_disconnect(db);
	db_fault_clear(db);
	db->schema_mismatch = false;
	status = open_connection(db);
	if (status == DB_OK)
		status = set_session(db);
	if (status == DB_OK)
		status = check_schema(db);
	if (status == DB_OK)
		status = prepare(db);
	if (status == DB_OK)
		status = listen_channels(db);
	if (status == DB_OK)
		db->ready = true;
	else
		db_disconnect(db);
	return status;
}

enum db_status
db_call(struct db *db, int statement, const struct db_param *params,
	struct db_result **result)
{
	const struct db_statement *s = &db->options->statements[statement];
	struct db_vector v;
	int sent;

	if (!db_connected(db))
		return db_wire_lost(db, "not connected");
	begin_call(db);
	db_vector_fill(&v, params, s->params);
	sent = PQsendQueryPrepared(db->conn, s->name, s->params, v.values,
				   v.lengths, v.formats, 0);
	db_vector_free(&v);
	return complete(db, sent, result);
}

enum db_status
db_run(struct db *db, const char *constant_sql, struct db_result **result)
{
	if (!db_connected(db))
		return db_wire_lost(db, "not connected");
	return run_text(db, constant_sql, result);
}

enum db_status
db_query(struct db *db, const char *constant_sql, int count,
	 const struct db_param *params, struct db_result **result)
{
	if (!db_connected(db))
		return db_wire_lost(db, "not connected");
	return run_params(db, constant_sql, count, params, result);
}

enum db_status
db_begin(struct db *db)
{
	return db_run(db, "BEGIN", NULL);
}

enum db_status
db_commit(struct db *db)
{
	struct db_result *result = NULL;
	enum db_status status = db_run(db, "COMMIT", &result);

	/* After a failed statement COMMIT succeeds as a ROLLBACK. */
	if (status == DB_OK && strcmp(PQcmdStatus(result->pg), "COMMIT") != 0) {
		db_fault_set(db, "25P02", "the transaction was rolled back");
		status = DB_REFUSED;
	}
	db_result_free(result);
	return status;
}

void
db_rollback(struct db *db)
{
	char *error = db->error;
	char state[sizeof(db->sqlstate)];

	if (!db_connected(db) || PQtransactionStatus(db->conn) == PQTRANS_IDLE)
		return;
	/* What went wrong before is still what the caller wants to tell. */
	memcpy(state, db->sqlstate, sizeof(state));
	db->error = NULL;
	if (db_run(db, "ROLLBACK", NULL) != DB_OK)
		db_disconnect(db);
	if (error) {
		mem_free(db->error);
		db->error = error;
		memcpy(db->sqlstate, state, sizeof(state));
	}
}

int
db_backend_pid(const struct db *db)
{
	return db->conn ? PQbackendPID(db->conn) : 0;
}

/* Notes which channels the notifications that have come are of. */
static void
take_notifications(struct db *db)
{
	const char *const *listen = db->options->listen;
	PGnotify *notify;
	int i;

	while ((notify = PQnotifies(db->conn))) {
		for (i = 0; listen && listen[i]; i++)
			if (strcmp(listen[i], notify->relname) == 0)
				db->notified |= 1U << i;
		PQfreemem(notify);
	}
}

bool
db_notified(struct db *db, int channel)
{
	bool notified;

	if (!db_connected(db))
		return false;
	take_notifications(db);
	notified = db->notified >> channel & 1;
	db->notified &= ~(1U << channel);
	return notified;
}
