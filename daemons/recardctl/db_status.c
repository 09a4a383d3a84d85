/*
 * recardctl db status: whether the database answers, and what is in it.
 */
#include <string.h>

#include "cluster.h"
#include "ctl.h"
#include "daemon.h"
#include "exit_code.h"
#include "schema_version.h"
#include "embedded_cluster.h"

static const struct output_column columns[] = {
	{"reachable", "reachable", OUTPUT_BOOL},
	{"server_version", "server version", OUTPUT_TEXT},
	{"database", "database", OUTPUT_TEXT},
	{"schema_version", "schema version", OUTPUT_NUMBER},
	{"schema_version_wanted", "schema version wanted", OUTPUT_NUMBER},
	{"size_bytes", "size", OUTPUT_BYTES},
	{"embedded_cluster", "embedded cluster", OUTPUT_TEXT},
	{0}};

struct found {
	struct db_result *server; /* NULL: unknown */
	struct db_result *schema; /* NULL: not there */
};

static void
look(struct ctl *ctl, struct found *found)
{
	struct db *db = ctl->program.db;

	(void)db_run(db,
		     "SELECT current_setting('server_version'),"
		     " current_database(),"
		     " pg_database_size(current_database())",
		     &found->server);
	(void)db_run(db, "SELECT recard.schema_version()", &found->schema);
}

static const char *
cluster_words(const struct ctl *ctl)
{
	if (!ctl_embedded(ctl))
		return "not used";
	return embedded_cluster_state(cluster_state(ctl->program.common));
}

static int
print(const struct ctl *ctl, bool reachable, const struct found *found)
{
	struct output out;

	output_init(&out, columns, OUTPUT_RECORD);
	output_number(&out, reachable);
	output_text(&out, found->server ? db_value(found->server, 0, 0) : NULL);
	output_text(&out, found->server ? db_value(found->server, 0, 1) : NULL);
	if (found->schema && !db_is_null(found->schema, 0, 0))
		output_number(&out, db_int64(found->schema, 0, 0));
	else
		output_null(&out);
	output_number(&out, RECARD_SCHEMA_VERSION);
	if (found->server)
		output_number(&out, db_int64(found->server, 0, 2));
	else
		output_null(&out);
	output_text(&out, cluster_words(ctl));
	return ctl_print(ctl, &out);
}

int
db_status_run(struct ctl *ctl)
{
	struct program_session session = {.schema_version = 0};
	enum db_status status = program_connect(&ctl->program, &session);
	struct found found = {NULL, NULL};
	int code = 0, printed;

	if (status == DB_OK)
		look(ctl, &found);
	/* A server that refuses us is there all the same. */
	printed = print(
		ctl, status == DB_OK || db_sqlstate(ctl->program.db)[0] != '\0',
		&found);
	if (status != DB_OK) {
		code = ctl_unconnected(ctl, status);
	} else if (!found.schema) {
		code = ctl_failed(ctl, "schema", DB_REFUSED);
	} else if (db_int64(found.schema, 0, 0) != RECARD_SCHEMA_VERSION) {
		ctl_say("programs and schema must be of one version: run "
			"'recardctl db migrate' of the newer one");
		code = EXIT_SCHEMA;
	}
	if (code == EXIT_SCHEMA && status == DB_OK && !found.schema)
		ctl_say("there is no schema yet; run 'recardctl db migrate'");
	db_result_free(found.server);
	db_result_free(found.schema);
	return code ? code : printed;
}
