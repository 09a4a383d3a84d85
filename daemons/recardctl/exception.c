/*
 * recardctl exception list, close: the worklist of manufacture, labels and
 * returned mail. That of payments is payment exceptions.
 */
#include <inttypes.h>

#include "act.h"
#include "ctl.h"
#include "exit_code.h"
#include "list.h"
#include "option_value.h"

int
exception_list_run(struct ctl *ctl)
{
	static const char *const kinds[] = {
		"card",          "batch",  "label", "print", "mail_number",
		"returned_mail", "source", "mail",  NULL};
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
	static const struct list_parameter parameters[] = {
		{LIST_CHOICE, OPTION_KIND, kinds},
		{LIST_GIVEN, OPTION_ALL, NULL},
		{LIST_LIMIT, OPTION_LIMIT, NULL},
		{LIST_ITEM, OPTION_AFTER, "exception"},
		{LIST_TEXT, OPTION_REASON, NULL},
		{LIST_AGE, OPTION_OLDER, NULL},
		{0}};
	static const struct list list = {
		.what = "exceptions",
		.sql = "SELECT exception_id, kind, coalesce(order_no, "
		       "subject), order_no, subject, reason, "
		       "recard.seconds_at(opened_at), recard.seconds_of(age), "
		       "coalesce(suggestion, 'closed by ' || closed_by || ': ' "
		       "|| resolution), recard.seconds_at(closed_at), "
		       "closed_by, resolution FROM "
		       "recard.exception_list($1::text, $2::boolean, "
		       "$3::integer, now(), $4::bigint, $5::text, $6::bigint * "
		       "interval '1 millisecond')",
		.parameters = parameters,
		.columns = columns};

	return list_run(ctl, &list);
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
	return code ? code
		    : act_done(ctl, ctl->args[0],
			       "exception %" PRId64 " is closed", number);
}
