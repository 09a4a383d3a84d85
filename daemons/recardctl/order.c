/*
 * recardctl order list, show, history: what the tables tell about orders.
 */
#include "act.h"
#include "ctl.h"
#include "exit_code.h"
#include "list.h"
#include "mem.h"
#include "option_value.h"

#define TRAIL                                     \
	" UNION ALL SELECT section, name, value " \
	"FROM recard.order_trail($1::bigint)"
#define SHOW \
	"SELECT section, name, value FROM recard.order_show($1::bigint)" TRAIL
#define REVEAL                                                             \
	"SELECT section, name, value FROM recard.order_reveal($1::bigint," \
	" $2::text, $3::text)" TRAIL
#define STATES "SELECT status FROM recard.order_state ORDER BY status"
#define PRODUCTS "SELECT product FROM recard.product_list()"

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
	static const struct list_parameter parameters[] = {
		{LIST_ORDER, LIST_ARGUMENT, NULL}, {0}};
	static const struct list list = {
		.what = "moves",
		.sql = "SELECT move_no, recard.seconds_at(at), event, "
		       "from_status, to_status, actor, detail FROM "
		       "recard.history($1::bigint)",
		.parameters = parameters,
		.columns = columns,
		.nothing = "there is no such order"};

	return list_run(ctl, &list);
}

int
order_list_run(struct ctl *ctl)
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
	static const struct list_parameter parameters[] = {
		{LIST_KNOWN, OPTION_STATUS, STATES},
		{LIST_LIMIT, OPTION_LIMIT, NULL},
		{LIST_ORDER, OPTION_AFTER, NULL},
		{LIST_KNOWN, OPTION_PRODUCT, PRODUCTS},
		{LIST_GIVEN, OPTION_HELD, NULL},
		{LIST_AGE, OPTION_OLDER, NULL},
		{LIST_DATE, OPTION_FROM, NULL},
		{LIST_DATE, OPTION_TO, NULL},
		{0}};
	static const struct list list = {
		.what = "orders",
		.sql = "SELECT order_no, product, status, held, amount, "
		       "recard.seconds_at(applied_at), "
		       "recard.seconds_at(pay_by), recard.seconds_at(moved_at) "
		       "FROM recard.order_list($1::text, $2::integer, "
		       "$3::bigint, $4::text, $5::boolean, $6::bigint * "
		       "interval '1 millisecond', $7::date, $8::date)",
		.parameters = parameters,
		.columns = columns};

	return list_run(ctl, &list);
}
