/*
 * recardctl exception list, close: the worklist of manufacture, labels and
 * returned mail. That of payments is payment exceptions.
 */
#include <inttypes.h>

#include "act.h"
#include "ctl.h"
#include "exit_code.h"
#include "option_value.h"

int
exception_list_run(struct ctl *ctl)
{
	static const char *const kinds[] = {
		"card",        "batch",         "label",  "print",
		"mail_number", "returned_mail", "source", NULL};
	static const struct output_column columns[] = {
		{"exception", "EXCEPTION", OUTPUT_NUMBER},
		{"kind", "KIND", OUTPUT_TEXT},
		{"about", "ABOUT", OUTPUT_TEXT},
		{"order_no", NULL, OUTPUT_TEXT},
		{"subject", NULL, OUTPUT_TEXT},
		{"reason", "REASON", OUTPUT_TEXT},
		{"opened_at", NULL, OUTPUT_TIME},
		{"age_seconds", "AGE", OUTPUT_AGE},
		{"suggestion", "SUGGESTED", OUTPUT_TEXT},
		{"closed_at", NULL, OUTPUT_TIME},
		{"closed_by", NULL, OUTPUT_TEXT},
		{"resolution", NULL, OUTPUT_TEXT},
		{0}};
	int64_t limit = OPTION_LIMIT_DEFAULT;
	struct db_param params[3];
	struct db_result *result = NULL;
	int code;

	if (!option_number(ctl, OPTION_LIMIT, 1, OPTION_LIMIT_MOST, &limit) ||
	    !option_choice_ok(ctl, OPTION_KIND, kinds))
		return EXIT_USAGE;
	params[0] = db_text(ctl->options[OPTION_KIND]);
	params[1] = db_text(ctl->options[OPTION_ALL] ? "true" : "false");
	params[2] = db_int(limit);
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = ctl_ask(
			ctl, "exception list",
			"SELECT exception_id, kind, coalesce(order_no,"
			" subject), order_no, subject, reason,"
			" floor(extract(epoch FROM opened_at))::bigint,"
			" floor(extract(epoch FROM age))::bigint,"
			" coalesce(suggestion, 'closed by ' || closed_by"
			" || ': ' || resolution), floor(extract(epoch"
			" FROM closed_at))::bigint, closed_by, resolution"
			" FROM recard.exception_list($1::text,"
			" $2::boolean, $3::integer)",
			3, params, &result);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	ctl_say_count(ctl, "exceptions", db_rows(result), limit,
		      "raise --limit");
	db_result_free(result);
	return code;
}

int
exception_close_run(struct ctl *ctl)
{
	int64_t number;
	int code;

	if (!option_item(ctl->args[0], "exception", &number) ||
	    !act_has_reason(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = act_call(ctl, "exception close",
				"SELECT recard.exception_close($1::bigint,"
				" $2::text, $3::text)",
				ctl->args[0], NULL);
	if (code == 0)
		ctl_say("exception %" PRId64 " is closed", number);
	return code;
}
