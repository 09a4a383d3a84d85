/*
 * recardctl order list, show, history: what the tables tell about orders.
 */
#include "act.h"
#include "ctl.h"
#include "exit_code.h"
#include "mem.h"
#include "option_value.h"

#define SHOW "SELECT section, name, value FROM recard.order_show($1::bigint)"
#define REVEAL                                                             \
	"SELECT section, name, value FROM recard.order_reveal($1::bigint," \
	" $2::text, $3::text)"

/* Connects and asks about the order of the first argument. */
static int
ask(struct ctl *ctl, const char *sql, struct db_result **result)
{
	struct db_param params[1];
	enum db_status status;
	int code;

	if (!option_order_ok(ctl->args[0]))
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
	bool reveal = ctl->options[OPTION_REVEAL] != NULL;
	struct db_param params[3];
	char *nothing, *actor;
	int code;

	if (!option_order_ok(ctl->args[0]) || (reveal && !act_has_reason(ctl)))
		return EXIT_USAGE;
	if (!reveal && ctl->options[OPTION_REASON]) {
		ctl_say("--reason goes with --reveal: what is masked needs "
			"none");
		return EXIT_USAGE;
	}
	actor = ctl_operator();
	nothing = mem_printf("there is no order %s", ctl->args[0]);
	params[0] = db_text(ctl->args[0]);
	params[1] = db_text(actor);
	params[2] = db_text(ctl->options[OPTION_REASON]);
	code = ctl_show(ctl, "order show", reveal ? REVEAL : SHOW,
			reveal ? 3 : 1, params, nothing);
	mem_free(nothing);
	mem_free(actor);
	return code;
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

static int
list(struct ctl *ctl, int64_t limit)
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
	int64_t limit = OPTION_LIMIT_DEFAULT;
	int code;

	if (!option_number(ctl, OPTION_LIMIT, 1, OPTION_LIMIT_MOST, &limit) ||
	    (ctl->options[OPTION_AFTER] &&
	     !option_order_ok(ctl->options[OPTION_AFTER])))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = option_known(ctl, OPTION_STATUS,
				    "SELECT status FROM recard.order_state"
				    " ORDER BY status");
	return code ? code : list(ctl, limit);
}
