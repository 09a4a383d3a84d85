/*
 * recardctl db migrate: the schema of this program, in one transaction.
 */
#include <inttypes.h>
#include <string.h>

#include "cluster.h"
#include "ctl.h"
#include "daemon.h"
#include "exit_code.h"
#include "mem.h"
#include "schema_change.h"
#include "schema_files.h"
#include "schema_version.h"

/* A migration may rewrite large tables. */
#define CALL_MS ((int64_t)3600 * 1000)

static const struct output_column columns[] = {
	{"step", "STEP", OUTPUT_TEXT},
	{"subject", "SUBJECT", OUTPUT_TEXT},
	{"outcome", "OUTCOME", OUTPUT_TEXT},
	{0}};

static int
transact(struct schema_change *m)
{
	enum db_status status = db_begin(m->db);
	int code;

	if (status != DB_OK)
		return schema_change_failed(m, "begin", status);
	code = schema_change(m);
	if (code || m->dry_run) {
		db_rollback(m->db);
		return code;
	}
	status = db_commit(m->db);
	return status == DB_OK ? 0 : schema_change_failed(m, "commit", status);
}

/* As the administrator. */
static int
connect_admin(struct ctl *ctl)
{
	const struct daemon_common *common = ctl->program.common;
	struct program_session session = {.role = "", .call_timeout = CALL_MS};
	char *embedded = NULL, *error = NULL;
	enum db_status status;
	int code = 0;

	session.conninfo = common->database_admin;
	if (!session.conninfo && !ctl_embedded(ctl)) {
		ctl_say("db migrate: the configuration names a database but "
			"not database_admin, who may change its schema");
		return EXIT_CONFIG;
	}
	if (!session.conninfo) {
		if (!ctl->options[OPTION_DRY_RUN])
			code = cluster_start(common, &error);
		if (code)
			ctl_say("db migrate: %s", error ? error : "failed");
		mem_free(error);
		session.conninfo = embedded = cluster_admin_conninfo(common);
	}
	if (code == 0) {
		status = program_connect(&ctl->program, &session);
		if (status != DB_OK)
			code = ctl_unconnected(ctl, status);
	}
	mem_free(embedded);
	return code;
}

/* What a dry run tells of a database that is not there yet. */
static void
foretell(struct schema_change *m)
{
	static const char folder[] = "migrations/";
	const struct embedded_file *file;

	schema_change_note(m, "embedded database",
			   mem_strdup(m->ctl->program.common->state_dir),
			   "would be created");
	for (file = schema_files_first(folder); file;
	     file = schema_files_next(file, folder))
		schema_change_note(m, "migration", schema_files_migration(file),
				   "would be applied");
	m->version = RECARD_SCHEMA_VERSION;
}

static bool
is_absent(const struct ctl *ctl)
{
	return ctl_embedded(ctl) && !ctl->program.common->database_admin &&
	       cluster_state(ctl->program.common) == CLUSTER_ABSENT;
}

int
db_migrate_run(struct ctl *ctl)
{
	struct schema_change m = {.ctl = ctl};
	int code = 0;

	m.dry_run = ctl->options[OPTION_DRY_RUN] != NULL;
	output_init(&m.out, columns, OUTPUT_ROWS);
	if (m.dry_run && is_absent(ctl)) {
		foretell(&m);
	} else {
		code = connect_admin(ctl);
		m.db = ctl->program.db;
		if (code == 0)
			code = transact(&m);
	}
	if (code) {
		output_free(&m.out);
		return code;
	}
	schema_change_note(
		&m, "schema", mem_printf("version %" PRId64, m.version),
		m.dry_run ? "dry run: nothing changed" : "committed");
	return ctl_print(ctl, &m.out);
}
