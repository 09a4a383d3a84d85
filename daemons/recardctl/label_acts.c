/*
 * recardctl label reprint, void, print confirm: what is done about labels by
 * hand.
 */
#include <string.h>

#include "act.h"
#include "ctl.h"
#include "exit_code.h"
#include "mem.h"
#include "option_value.h"

static bool
is_run(const char *text)
{
	return strncmp(text, "LR-", 3) == 0;
}

static int
reprint_order(struct ctl *ctl)
{
	struct db_result *result = NULL;
	int code = act_call(ctl, "label reprint",
			    "SELECT recard.reprint_label($1::bigint, $2::text,"
			    " $3::text)",
			    ctl->args[0], &result);

	if (code)
		return code;
	code = act_done(ctl, ctl->args[0],
			"copy %s of order %s is printed with the next run; "
			"former copies are void: destroy them",
			db_value(result, 0, 0), ctl->args[0]);
	db_result_free(result);
	return code;
}

/* Prints what came of each label of the run. */
static int
reprint_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"order_no", "ORDER", OUTPUT_TEXT},
		{"copy_no", "NEW COPY", OUTPUT_NUMBER},
		{"outcome", "OUTCOME", OUTPUT_TEXT},
		{0}};
	char *actor = ctl_operator();
	struct db_param params[] = {db_text(ctl->args[0]), db_text(actor),
				    db_text(ctl->options[OPTION_REASON]),
				    db_text(ctl->options[OPTION_SHEET])};
	struct db_result *result = NULL;
	int code = ctl_ask(ctl, "label reprint",
			   "SELECT order_no, copy_no, outcome FROM"
			   " recard.reprint_run($1::text, $4::integer,"
			   " $2::text, $3::text)",
			   4, params, &result);

	mem_free(actor);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	ctl_say("the new copies are printed with the next run; former copies "
		"are void: destroy them");
	db_result_free(result);
	return code;
}

int
label_reprint_run(struct ctl *ctl)
{
	bool run = is_run(ctl->args[0]);
	int64_t sheet;
	int code;

	if (!(run ? option_run_ok(ctl->args[0])
		  : option_order_ok(ctl->args[0])) ||
	    !option_number(ctl, OPTION_SHEET, 1, 1000000, &sheet))
		return EXIT_USAGE;
	if (!run && ctl->options[OPTION_SHEET]) {
		ctl_say("--sheet is for runs; %s is an order", ctl->args[0]);
		return EXIT_USAGE;
	}
	if (!act_has_reason(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = act_begin(ctl);
	if (code == 0)
		code = run ? reprint_run(ctl) : reprint_order(ctl);
	if (code == 0)
		act_take_back(ctl);
	return code;
}

int
label_void_run(struct ctl *ctl)
{
	int code;

	if (!option_order_ok(ctl->args[0]) || !act_has_reason(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = act_call(ctl, "label void",
				"SELECT recard.void_label($1::bigint, $2::text,"
				" $3::text)",
				ctl->args[0], NULL);
	return code ? code
		    : act_done(ctl, ctl->args[0],
			       "the label of order %s is void; nothing goes "
			       "to the post until 'recardctl label reprint'",
			       ctl->args[0]);
}

int
print_confirm_run(struct ctl *ctl)
{
	int code;

	if (!option_run_ok(ctl->args[0]) || !act_has_reason(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = act_call(
			ctl, "print confirm",
			"SELECT recard.print_confirm($1::text, $2::text,"
			" $3::text)",
			ctl->args[0], NULL);
	return code ? code
		    : act_done(ctl, ctl->args[0], "run %s is printed",
			       ctl->args[0]);
}
