/*
 * recardctl claim open, list, show, note, close: "signed for, but I have no
 * card".
 */
#include <inttypes.h>

#include "act.h"
#include "ctl.h"
#include "exit_code.h"
#include "mem.h"
#include "option_value.h"

int
claim_open_run(struct ctl *ctl)
{
	struct db_result *result = NULL;
	int code;

	if (!option_order_ok(ctl->args[0]) || !act_has_reason(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = act_call(ctl, "claim open",
				"SELECT recard.claim_open($1::bigint,"
				" $2::text, $3::text)",
				ctl->args[0], &result);
	if (code)
		return code;
	ctl_say("claim %s is open; recardctl claim show %s has the evidence",
		db_value(result, 0, 0), db_value(result, 0, 0));
	db_result_free(result);
	return EXIT_DONE;
}

int
claim_list_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"claim", "CLAIM", OUTPUT_NUMBER},
		{"order_no", "ORDER", OUTPUT_TEXT},
		{"status", "STATUS", OUTPUT_TEXT},
		{"opened_at", "OPENED", OUTPUT_TIME},
		{"opened_by", NULL, OUTPUT_TEXT},
		{"reason", "REASON", OUTPUT_TEXT},
		{"notes", "NOTES", OUTPUT_NUMBER},
		{"closed_at", NULL, OUTPUT_TIME},
		{"outcome", "OUTCOME", OUTPUT_TEXT},
		{0}};
	int64_t limit = OPTION_LIMIT_DEFAULT;
	struct db_param params[2];
	struct db_result *result = NULL;
	int code;

	if (!option_number(ctl, OPTION_LIMIT, 1, OPTION_LIMIT_MOST, &limit))
		return EXIT_USAGE;
	params[0] = db_text(ctl->options[OPTION_ALL] ? "true" : "false");
	params[1] = db_int(limit);
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = ctl_ask(ctl, "claim list",
			       "SELECT claim, order_no, status,"
			       " floor(extract(epoch FROM opened_at))::bigint,"
			       " opened_by, reason, notes, floor(extract(epoch"
			       " FROM closed_at))::bigint, outcome FROM"
			       " recard.claim_list($1::boolean, $2::integer)",
			       2, params, &result);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	ctl_say_count(ctl, "claims", db_rows(result), limit, "raise --limit");
	db_result_free(result);
	return code;
}

int
claim_show_run(struct ctl *ctl)
{
	struct db_param params[] = {db_text(ctl->args[0])};
	int64_t number;
	char *nothing;
	int code;

	if (!option_item(ctl->args[0], "claim", &number))
		return EXIT_USAGE;
	nothing = mem_printf("there is no claim %s; claim list shows "
			     "which there are",
			     ctl->args[0]);
	code = ctl_show(ctl, "claim show",
			"SELECT section, name, value FROM"
			" recard.claim_show($1::bigint)",
			1, params, nothing);
	mem_free(nothing);
	return code;
}

/* What is done to claim args[0] with the words of --reason. */
static int
do_to_claim(struct ctl *ctl, const char *doing, const char *sql,
	    const char *done)
{
	int64_t number;
	int code;

	if (!option_item(ctl->args[0], "claim", &number) ||
	    !act_has_reason(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = act_call(ctl, doing, sql, ctl->args[0], NULL);
	if (code == 0)
		ctl_say("claim %" PRId64 " %s", number, done);
	return code;
}

int
claim_note_run(struct ctl *ctl)
{
	return do_to_claim(ctl, "claim note",
			   "SELECT recard.claim_note($1::bigint, $2::text,"
			   " $3::text)",
			   "has another note");
}

int
claim_close_run(struct ctl *ctl)
{
	return do_to_claim(ctl, "claim close",
			   "SELECT recard.claim_close($1::bigint, $2::text,"
			   " $3::text)",
			   "is closed");
}
