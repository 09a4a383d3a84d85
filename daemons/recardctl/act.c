/*
 * Lists and acts of commands: see act.h.
 */
#include "act.h"
#include "exit_code.h"
#include "mem.h"
#include "option_value.h"

#define PARAMS_MAX 8

int
act_list(struct ctl *ctl, const char *doing, const char *sql, int count,
	 const struct db_param *params, const struct output_column *columns,
	 const char *what, int *rows)
{
	struct db_result *result = NULL;
	int code = ctl_connect(ctl, NULL);

	if (code == 0)
		code = ctl_ask(ctl, doing, sql, count, params, &result);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	if (db_rows(result) == 0 && ctl->format == OUTPUT_TABLE)
		ctl_say("no %s", what);
	if (rows)
		*rows = db_rows(result);
	db_result_free(result);
	return code;
}

int
act_show(struct ctl *ctl, const char *doing, const char *sql, const char *what)
{
	static const struct output_column columns[] = {
		{"section", "SECTION", OUTPUT_TEXT},
		{"name", "NAME", OUTPUT_TEXT},
		{"value", "VALUE", OUTPUT_TEXT},
		{0}};
	const struct db_param params[] = {db_text(ctl->args[0])};
	struct db_result *result = NULL;
	int code = ctl_connect(ctl, NULL);

	if (code == 0)
		code = ctl_ask(ctl, doing, sql, 1, params, &result);
	if (code)
		return code;
	if (db_rows(result) > 0) {
		code = ctl_print_result(ctl, columns, OUTPUT_GROUPS, result);
	} else {
		ctl_say("there is no %s %s", what, ctl->args[0]);
		code = EXIT_EXCEPTIONS;
	}
	db_result_free(result);
	return code;
}

int
act_run(struct ctl *ctl, const struct act *act, struct db_result **result)
{
	struct db_param params[PARAMS_MAX];
	char *actor;
	int code, i;

	if (!option_needed(ctl, OPTION_REASON, "for the record"))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code)
		return code;
	actor = ctl_operator();
	for (i = 0; i < act->count; i++)
		params[i] = act->params[i];
	params[i++] = db_text(actor);
	params[i++] = db_text(ctl->options[OPTION_REASON]);
	code = ctl_ask(ctl, act->doing, act->sql, i, params, result);
	mem_free(actor);
	return code;
}
