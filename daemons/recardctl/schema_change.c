/*
 * Changing the schema to this program's: see schema_change.h.
 */
#include <inttypes.h>
#include <string.h>

#include "ctl.h"
#include "exit_code.h"
#include "mem.h"
#include "postal_areas.h"
#include "schema_change.h"
#include "schema_files.h"
#include "schema_version.h"

/* A tables' lock that we wait for makes everybody else wait behind us. */
static const char begin_sql[] =
	"SET LOCAL lock_timeout = '10s'; SET LOCAL client_min_messages ="
	" warning; SELECT pg_advisory_xact_lock("
	"hashtextextended('recard db migrate', 0))";

static const char owner_sql[] =
	"SET LOCAL ROLE recard_owner; SET LOCAL search_path = recard,"
	" pg_catalog; SET LOCAL check_function_bodies = off";

void
schema_change_note(struct schema_change *m, const char *step, char *subject,
		   const char *outcome)
{
	output_text(&m->out, step);
	output_text(&m->out, subject);
	output_text(&m->out, outcome);
	mem_free(subject);
}

/* Says why; the exit code. */
int
schema_change_failed(struct schema_change *m, const char *what,
		     enum db_status status)
{
	const char *state = db_sqlstate(m->db);
	bool busy = strcmp(state, "55P03") == 0 || strcmp(state, "40P01") == 0;

	ctl_say("db migrate: %s: %s%s%s%s", what, db_error(m->db),
		state[0] ? " [" : "", state, state[0] ? "]" : "");
	if (status == DB_LOST)
		return EXIT_DATABASE;
	if (busy)
		ctl_say("somebody holds what this needs; nothing was changed, "
			"try again later");
	if (strcmp(state, "42501") == 0)
		ctl_say("the administrator (database_admin) must be a "
			"superuser, or have CREATEROLE and CREATE on the "
			"database");
	return EXIT_RETRY;
}

static int
run(struct schema_change *m, const char *what, const char *sql)
{
	enum db_status status = db_run(m->db, sql, NULL);

	return status == DB_OK ? 0 : schema_change_failed(m, what, status);
}

/* Runs every file of a folder; counts them. */
static int
run_files(struct schema_change *m, const char *folder, int *count)
{
	const struct embedded_file *file;
	int code = 0;

	for (file = schema_files_first(folder); file && code == 0;
	     file = schema_files_next(file, folder)) {
		code = run(m, file->name, file->data);
		(*count)++;
	}
	return code;
}

/* A folder's files are counted; a single one goes by its name. */
static int
replace(struct schema_change *m, const char *folder, const char *step)
{
	int count = 0, code = run_files(m, folder, &count);
	bool single = folder[strlen(folder) - 1] != '/';

	if (code == 0)
		schema_change_note(m, step,
				   single ? mem_strdup(folder)
					  : mem_printf("%d files", count),
				   m->dry_run ? "would be replaced"
					      : "replaced");
	return code;
}

static int
lock(struct schema_change *m)
{
	enum db_status status = db_run(m->db, begin_sql, NULL);

	if (status == DB_OK)
		return 0;
	if (strcmp(db_sqlstate(m->db), "55P03") != 0)
		return schema_change_failed(m, "lock", status);
	ctl_say("db migrate: another migration is under way");
	return EXIT_LOCKED;
}

static int
read_version(struct schema_change *m)
{
	struct db_result *result = NULL;
	enum db_status status = db_run(m->db,
				       "SELECT coalesce(max(version), 0)"
				       " FROM recard.schema_migration",
				       &result);

	if (status != DB_OK)
		return schema_change_failed(m, "schema version", status);
	m->version = db_int64(result, 0, 0);
	db_result_free(result);
	if (m->version <= RECARD_SCHEMA_VERSION)
		return 0;
	ctl_say("db migrate: the schema has version %" PRId64
		", newer than this program's %d; use the newer recardctl",
		m->version, RECARD_SCHEMA_VERSION);
	return EXIT_SCHEMA;
}

static int
apply_one(struct schema_change *m, const struct embedded_file *file)
{
	int version = schema_files_version(file);
	char *name = schema_files_migration(file);
	struct db_param params[2] = {db_int(version), db_text(name)};
	enum db_status status;
	int code = run(m, file->name, file->data);

	if (code == 0) {
		status = db_query(m->db,
				  "INSERT INTO recard.schema_migration"
				  " (version, name) VALUES ($1, $2)",
				  2, params, NULL);
		if (status != DB_OK)
			code = schema_change_failed(m, file->name, status);
	}
	if (code) {
		mem_free(name);
		return code;
	}
	m->version = version;
	schema_change_note(m, "migration", name,
			   m->dry_run ? "would be applied" : "applied");
	return 0;
}

static int
apply_migrations(struct schema_change *m)
{
	static const char folder[] = "migrations/";
	const struct embedded_file *file;
	int64_t before = m->version;
	int code = 0;

	for (file = schema_files_first(folder); file && code == 0;
	     file = schema_files_next(file, folder))
		if (schema_files_version(file) > m->version)
			code = apply_one(m, file);
	if (code == 0 && m->version == before)
		schema_change_note(m, "migration",
				   mem_printf("version %" PRId64, before),
				   "none to apply");
	return code;
}

static int
load_areas(struct schema_change *m)
{
	struct postal_areas areas;
	enum db_status status = postal_areas_load(m->db, &areas);
	char *outcome;

	if (areas.bad_line > 0) {
		ctl_say("db migrate: etc/postal-areas.csv:%lu: not "
			"zip3,county,district,yes|no",
			areas.bad_line);
		return EXIT_CONFIG;
	}
	if (status != DB_OK)
		return schema_change_failed(m, "postal areas", status);
	outcome = mem_printf("%" PRId64 " new or changed", areas.changed);
	schema_change_note(m, "postal areas",
			   mem_printf("%" PRId64 " areas", areas.areas),
			   outcome);
	mem_free(outcome);
	return 0;
}

/* Everything between BEGIN and COMMIT. */
int
schema_change(struct schema_change *m)
{
	static const struct {
		const char *folder, *step;
	} parts[] = {{"functions/", "functions"},
		     {"states/", "moves and products"},
		     {"views.sql", "views"},
		     {"triggers.sql", "triggers"},
		     {"grants.sql", "rights"}};
	size_t i;
	int code = lock(m);

	if (code == 0)
		code = replace(m, "roles.sql", "roles");
	if (code == 0)
		code = run(m, "recard_owner", owner_sql);
	if (code == 0)
		code = read_version(m);
	if (code == 0)
		code = apply_migrations(m);
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]) && code == 0; i++)
		code = replace(m, parts[i].folder, parts[i].step);
	if (code == 0)
		code = load_areas(m);
	if (code == 0)
		code = run(m, "administrator again", "RESET ROLE");
	if (code == 0)
		code = replace(m, "mover.sql", "owner of advance()");
	return code;
}
