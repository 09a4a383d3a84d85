/*
 * How commands connect and answer: see ctl.h.
 */
#include <pwd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "buffer.h"
#include "cluster.h"
#include "ctl.h"
#include "daemon.h"
#include "exit_code.h"
#include "mem.h"
#include "schema_version.h"
#include "text_width.h"

void
ctl_say(const char *format, ...)
{
	struct buffer line = {0};
	va_list args;
	char *words;

	va_start(args, format);
	words = mem_vprintf(format, args);
	va_end(args);
	/* What others wrote must not command the terminal. */
	text_put_visible(&line, words);
	fprintf(stderr, "recardctl: %s\n", line.data ? line.data : "");
	buffer_free(&line);
	mem_free(words);
}

bool
ctl_embedded(const struct ctl *ctl)
{
	const char *database = ctl->program.common->database;

	return !database || !database[0];
}

int
ctl_unconnected(const struct ctl *ctl, enum db_status status)
{
	const struct db *db = ctl->program.db;
	/* The program's role is made by db migrate. */
	bool no_role = strcmp(db_sqlstate(db), "28000") == 0 &&
		       strstr(db_error(db), "does not exist");

	if (db_schema_mismatch(db) || (status == DB_REFUSED && no_role)) {
		ctl_say("%s", db_error(db));
		ctl_say("programs and schema must be of one version: run "
			"'recardctl db migrate' of the newer one");
		return EXIT_SCHEMA;
	}
	ctl_say("database unreachable: %s", db_error(db));
	if (!ctl_embedded(ctl))
		return EXIT_DATABASE;
	switch (cluster_state(ctl->program.common)) {
	case CLUSTER_ABSENT:
		ctl_say("there is no embedded database in %s yet; create it "
			"with 'recardctl db migrate', or name a database in "
			"the configuration",
			ctl->program.common->state_dir);
		break;
	case CLUSTER_STOPPED:
		ctl_say("the embedded database is stopped; start it with "
			"'recardctl cluster start'");
		break;
	case CLUSTER_RUNNING:
		break;
	}
	return EXIT_DATABASE;
}

int
ctl_connect(struct ctl *ctl, const struct db_statement *statements)
{
	struct program_session session = {.schema_version =
						  RECARD_SCHEMA_VERSION,
					  .statements = statements};
	enum db_status status = program_connect(&ctl->program, &session);

	return status == DB_OK ? 0 : ctl_unconnected(ctl, status);
}

int
ctl_failed(const struct ctl *ctl, const char *doing, enum db_status status)
{
	const struct db *db = ctl->program.db;
	const char *state = db_sqlstate(db);

	ctl_say("%s: %s%s%s%s", doing, db_error(db), state[0] ? " [" : "",
		state, state[0] ? "]" : "");
	if (status == DB_LOST)
		return EXIT_DATABASE;
	if (db_hint(db)[0])
		ctl_say("%s", db_hint(db));
	/* A rule forbids it (of orders, payments, products; of manufacture;
	 * of operators); trying again does not help. */
	if (strcmp(state, "RC010") == 0 || strcmp(state, "RC020") == 0 ||
	    strncmp(state, "RC06", 4) == 0 || strncmp(state, "RC07", 4) == 0)
		return EXIT_EXCEPTIONS;
	/* A function or right that our version of the schema would have. */
	return strncmp(state, "42", 2) == 0 ? EXIT_SCHEMA : EXIT_RETRY;
}

static void
add_cell(struct output *out, const struct db_result *result, int row,
	 int column)
{
	if (db_is_null(result, row, column)) {
		output_null(out);
		return;
	}
	switch (out->columns[column].type) {
	case OUTPUT_TEXT:
		output_text(out, db_value(result, row, column));
		break;
	case OUTPUT_BOOL:
		output_number(out, db_bool(result, row, column));
		break;
	case OUTPUT_NUMBER:
	case OUTPUT_TIME:
	case OUTPUT_AGE:
	case OUTPUT_BYTES:
	case OUTPUT_RATE:
		output_number(out, db_int64(result, row, column));
		break;
	}
}

void
ctl_add_rows(struct output *out, const struct db_result *result, int rows)
{
	int row, column;

	for (row = 0; row < rows; row++)
		for (column = 0; column < (int)out->width; column++)
			add_cell(out, result, row, column);
}

void
ctl_add_result(struct output *out, const struct db_result *result)
{
	ctl_add_rows(out, result, db_rows(result));
}

int
ctl_ask(const struct ctl *ctl, const char *doing, const char *sql, int count,
	const struct db_param *params, struct db_result **result)
{
	enum db_status status =
		db_query(ctl->program.db, sql, count, params, result);

	return status == DB_OK ? 0 : ctl_failed(ctl, doing, status);
}

int
ctl_show(struct ctl *ctl, const char *doing, const char *sql, int count,
	 const struct db_param *params, const char *nothing)
{
	static const struct output_column columns[] = {
		{"section", "SECTION", OUTPUT_TEXT},
		{"name", "NAME", OUTPUT_TEXT},
		{"value", "VALUE", OUTPUT_TEXT},
		{0}};
	struct db_result *result = NULL;
	int code = ctl_connect(ctl, NULL);

	if (code == 0)
		code = ctl_ask(ctl, doing, sql, count, params, &result);
	if (code)
		return code;
	if (db_rows(result) > 0) {
		code = ctl_print_result(ctl, columns, OUTPUT_GROUPS, result);
	} else {
		ctl_say("%s", nothing);
		code = EXIT_EXCEPTIONS;
	}
	db_result_free(result);
	return code;
}

char *
ctl_operator(void)
{
	const struct passwd *user = getpwuid(getuid());

	if (user && user->pw_name[0])
		return mem_strdup(user->pw_name);
	return mem_printf("uid %lu", (unsigned long)getuid());
}

bool
ctl_on_terminal(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
}

/* https://no-color.org: present and not empty. */
static bool
wants_emphasis(void)
{
	const char *no_color = getenv("NO_COLOR");

	return ctl_on_terminal() && !(no_color && no_color[0]);
}

size_t
ctl_screen_width(void)
{
	struct winsize size = {0};
	const char *told = getenv("COLUMNS");
	long columns = told ? strtol(told, NULL, 10) : 0;

	if (columns <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		columns = size.ws_col;
	return columns > 0 ? (size_t)columns : 0;
}

int
ctl_put(const char *text)
{
	if (fputs(text, stdout) >= 0 && fflush(stdout) == 0)
		return EXIT_DONE;
	ctl_say("cannot write the answer: %m");
	return EXIT_RETRY;
}

int
ctl_print(const struct ctl *ctl, struct output *out)
{
	struct buffer text = {0};
	int code;

	buffer_puts(&text, "");
	if (isatty(STDOUT_FILENO))
		out->screen = ctl_screen_width();
	output_write(out, ctl->format, wants_emphasis(), &text);
	code = ctl_put(text.data ? text.data : "");
	buffer_free(&text);
	output_free(out);
	return code;
}

int
ctl_print_result(const struct ctl *ctl, const struct output_column *columns,
		 enum output_layout layout, const struct db_result *result)
{
	struct output out;

	output_init(&out, columns, layout);
	ctl_add_result(&out, result);
	return ctl_print(ctl, &out);
}
