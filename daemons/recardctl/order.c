/*
 * recardctl order list, show, history: what the tables tell about orders.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "ctl.h"
#include "exit_code.h"
#include "identity.h"
#include "mem.h"
#include "suggestion.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MOST 10000000

static bool
number_ok(const char *order_no)
{
	if (identity_order_ok(order_no))
		return true;
	ctl_say("'%s' is no order number: 14 digits, the last one a check "
		"digit",
		order_no);
	return false;
}

/* Connects and asks about the order of the first argument. */
static int
ask(struct ctl *ctl, const char *sql, struct db_result **result)
{
	struct db_param params[1];
	enum db_status status;
	int code;

	if (!number_ok(ctl->args[0]))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code)
		return code;
	params[0] = db_text(ctl->args[0]);
	status = db_query(ctl->program.db, sql, 1, params, result);
	if (status != DB_OK)
		return ctl_failed(ctl, "order", status);
	if (db_rows(*result) > 0)
		return 0;
	ctl_say("there is no order %s", ctl->args[0]);
	db_result_free(*result);
	return EXIT_EXCEPTIONS;
}

int
order_show_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"section", "SECTION", OUTPUT_TEXT},
		{"name", "NAME", OUTPUT_TEXT},
		{"value", "VALUE", OUTPUT_TEXT},
		{0}};
	struct db_result *result = NULL;
	struct output out;
	int code = ask(ctl,
		       "SELECT section, name, value"
		       " FROM recard.order_show($1::bigint)",
		       &result);

	if (code)
		return code;
	output_init(&out, columns, OUTPUT_GROUPS);
	ctl_add_result(&out, result);
	db_result_free(result);
	return ctl_print(ctl, &out);
}

int
order_history_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"move_no", "MOVE", OUTPUT_NUMBER},
		{"at", "AT", OUTPUT_TIME},
		{"event", "EVENT", OUTPUT_TEXT},
		{"from_status", "FROM", OUTPUT_TEXT},
		{"to_status", "TO", OUTPUT_TEXT},
		{"actor", "ACTOR", OUTPUT_TEXT},
		{"detail", "DETAIL", OUTPUT_TEXT},
		{0}};
	struct db_result *result = NULL;
	struct output out;
	int code = ask(ctl,
		       "SELECT move_no, floor(extract(epoch FROM at))::bigint,"
		       " event, from_status, to_status, actor, detail"
		       " FROM recard.history($1::bigint)",
		       &result);

	if (code)
		return code;
	output_init(&out, columns, OUTPUT_ROWS);
	ctl_add_result(&out, result);
	db_result_free(result);
	return ctl_print(ctl, &out);
}

static bool
read_limit(const struct ctl *ctl, long *limit)
{
	const char *text = ctl->options[OPTION_LIMIT];
	char *end;

	*limit = LIMIT_DEFAULT;
	if (!text)
		return true;
	errno = 0;
	*limit = strtol(text, &end, 10);
	if (errno == 0 && end != text && *end == '\0' && *limit >= 1 &&
	    *limit <= LIMIT_MOST)
		return true;
	ctl_say("--limit: '%s' is no number from 1 to %d", text, LIMIT_MOST);
	return false;
}

/* Whether --status names a status; says which there are otherwise. */
static int
check_status(const struct ctl *ctl)
{
	const char *wanted = ctl->options[OPTION_STATUS];
	struct suggestion suggestion = {.wrong = wanted};
	struct buffer known = {0};
	struct db_result *result = NULL;
	enum db_status status;
	bool found = false;
	int i;

	if (!wanted)
		return 0;
	status = db_run(ctl->program.db,
			"SELECT status FROM recard.order_state"
			" ORDER BY status",
			&result);
	if (status != DB_OK)
		return ctl_failed(ctl, "order list", status);
	for (i = 0; i < db_rows(result); i++) {
		const char *name = db_value(result, i, 0);

		suggestion_consider(&suggestion, name);
		buffer_printf(&known, "%s%s", i ? ", " : "", name);
		found = found || strcmp(name, wanted) == 0;
	}
	if (!found && suggestion.best)
		ctl_say("--status: there is no '%s' (did you mean \"%s\"?)",
			wanted, suggestion.best);
	else if (!found)
		ctl_say("--status: '%s' is none of %s", wanted, known.data);
	buffer_free(&known);
	db_result_free(result);
	return found ? 0 : EXIT_USAGE;
}

static int
list(struct ctl *ctl, long limit)
{
	static const struct output_column columns[] = {
		{"order_no", "ORDER", OUTPUT_TEXT},
		{"product", "PRODUCT", OUTPUT_TEXT},
		{"status", "STATUS", OUTPUT_TEXT},
		{"held", "HELD", OUTPUT_BOOL},
		{"amount", "AMOUNT", OUTPUT_NUMBER},
		{"applied_at", "APPLIED", OUTPUT_TIME},
		{"pay_by", "PAY BY", OUTPUT_TIME},
		{"moved_at", "MOVED", OUTPUT_TIME},
		{0}};
	const char *after = ctl->options[OPTION_AFTER];
	struct db_param params[3] = {db_text(ctl->options[OPTION_STATUS]),
				     db_int(limit), db_text(after)};
	struct db_result *result = NULL;
	struct output out;
	enum db_status status;
	size_t rows;
	int code;

	status = db_query(ctl->program.db,
			  "SELECT order_no, product, status, held, amount,"
			  " floor(extract(epoch FROM applied_at))::bigint,"
			  " floor(extract(epoch FROM pay_by))::bigint,"
			  " floor(extract(epoch FROM moved_at))::bigint"
			  " FROM recard.order_list($1::text, $2::integer,"
			  " coalesce($3::bigint, 0))",
			  3, params, &result);
	if (status != DB_OK)
		return ctl_failed(ctl, "order list", status);
	output_init(&out, columns, OUTPUT_ROWS);
	ctl_add_result(&out, result);
	rows = output_rows(&out);
	code = ctl_print(ctl, &out);
	if (rows == 0 && ctl->format == OUTPUT_TABLE)
		ctl_say("no orders");
	else if (rows == (size_t)limit)
		ctl_say("%zu orders, there may be more: add '--after %s', or "
			"raise --limit",
			rows, db_value(result, (int)rows - 1, 0));
	db_result_free(result);
	return code;
}

int
order_list_run(struct ctl *ctl)
{
	long limit;
	int code;

	if (!read_limit(ctl, &limit) ||
	    (ctl->options[OPTION_AFTER] &&
	     !number_ok(ctl->options[OPTION_AFTER])))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = check_status(ctl);
	return code ? code : list(ctl, limit);
}
