/*
 * recardctl claim open, list, show, note, close: "signed for, but I have no
 * card".
 */
#include <inttypes.h>

#include "act.h"
#include "ctl.h"
#include "exit_code.h"
#include "list.h"
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
	code = act_done(ctl, db_value(result, 0, 0),
			"claim %s is open; recardctl claim show %s has the "
			"evidence",
			db_value(result, 0, 0), db_value(result, 0, 0));
	db_result_free(result);
	return code;
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
	static const struct list_parameter parameters[] = {
		{LIST_GIVEN, OPTION_ALL, NULL},
		{LIST_LIMIT, OPTION_LIMIT, NULL},
		{LIST_ITEM, OPTION_AFTER, "claim"},
		{LIST_AGE, OPTION_OLDER, NULL},
		{0}};
	static const struct list list = {
		.what = "claims",
		.sql = "SELECT claim, order_no, status, "
		       "recard.seconds_at(opened_at), opened_by, reason, "
		       "notes, recard.seconds_at(closed_at), outcome FROM "
		       "recard.claim_list($1::boolean, $2::integer, "
		       "$3::bigint, $4::bigint * interval '1 millisecond')",
		.parameters = parameters,
		.columns = columns};

	return list_run(ctl, &list);
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
	return code ? code
		    : act_done(ctl, ctl->args[0], "claim %" PRId64 " %s",
			       number, done);
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
