/*
 * recardctl activation list, show, unlock: user codes that were entered wrong.
 */
#include "act.h"
#include "ctl.h"
#include "exit_code.h"
#include "list.h"
#include "mem.h"
#include "option_value.h"

int
activation_list_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"order_no", "ORDER", OUTPUT_TEXT},
		{"status", "STATUS", OUTPUT_TEXT},
		{"tries", "TRIES", OUTPUT_NUMBER},
		{"locked", "LOCKED", OUTPUT_BOOL},
		{"locked_at", "SINCE", OUTPUT_TIME},
		{"last_try_at", "LAST TRY", OUTPUT_TIME},
		{0}};
	static const struct list_parameter parameters[] = {
		{LIST_GIVEN, OPTION_LOCKED, NULL},
		{LIST_LIMIT, OPTION_LIMIT, NULL},
		{LIST_ORDER, OPTION_AFTER, NULL},
		{0}};
	static const struct list list = {
		.what = "orders",
		.sql = "SELECT order_no, status, tries, locked, "
		       "recard.seconds_at(locked_at), "
		       "recard.seconds_at(last_try_at) FROM "
		       "recard.activation_list($1::boolean, $2::integer, "
		       "$3::bigint)",
		.parameters = parameters,
		.columns = columns};

	return list_run(ctl, &list);
}

int
activation_show_run(struct ctl *ctl)
{
	struct db_param params[] = {db_text(ctl->args[0])};
	char *nothing;
	int code;

	if (!option_order_ok(ctl->args[0]))
		return EXIT_USAGE;
	nothing = mem_printf("there is no order %s, or it was purged",
			     ctl->args[0]);
	code = ctl_show(ctl, "activation show",
			"SELECT section, name, value FROM"
			" recard.activation_show($1::bigint)",
			1, params, nothing);
	mem_free(nothing);
	return code;
}

int
activation_unlock_run(struct ctl *ctl)
{
	int code;

	if (!option_order_ok(ctl->args[0]) || !act_has_reason(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = act_call(ctl, "activation unlock",
				"SELECT recard.activation_unlock($1::bigint,"
				" $2::text, $3::text)",
				ctl->args[0], NULL);
	return code ? code
		    : act_done(ctl, ctl->args[0],
			       "order %s has four tries again", ctl->args[0]);
}
