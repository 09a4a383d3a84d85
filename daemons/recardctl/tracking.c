/*
 * recardctl tracking list, revert, overdue: postal files that were booked, and
 * letters that have not arrived when they should.
 */
#include "act.h"
#include "ctl.h"
#include "exit_code.h"
#include "option_value.h"

int
tracking_list_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"import", "IMPORT", OUTPUT_NUMBER},
		{"file", "FILE", OUTPUT_TEXT},
		{"taken_at", "TAKEN", OUTPUT_TIME},
		{"outcome", "OUTCOME", OUTPUT_TEXT},
		{"reason", "REASON", OUTPUT_TEXT},
		{"rows", "ROWS", OUTPUT_NUMBER},
		{"applied", "APPLIED", OUTPUT_NUMBER},
		{"duplicate", "KNOWN", OUTPUT_NUMBER},
		{"rejected", "REJECTED", OUTPUT_NUMBER},
		{"archive", "ARCHIVE", OUTPUT_NUMBER},
		{0}};
	int64_t limit = OPTION_LIMIT_DEFAULT;
	struct db_param params[1];
	struct db_result *result = NULL;
	int code;

	if (!option_number(ctl, OPTION_LIMIT, 1, OPTION_LIMIT_MOST, &limit))
		return EXIT_USAGE;
	params[0] = db_int(limit);
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = ctl_ask(ctl, "tracking list",
			       "SELECT import, name, floor(extract(epoch FROM"
			       " taken_at))::bigint, outcome, reason, rows,"
			       " applied, duplicate, rejected, archive FROM"
			       " recard.import_list('tracking', $1::integer)",
			       1, params, &result);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	ctl_say_count(ctl, "files", db_rows(result), limit, "raise --limit");
	db_result_free(result);
	return code;
}

int
tracking_revert_run(struct ctl *ctl)
{
	int64_t number;
	int code;

	if (!option_item(ctl->args[0], "import", &number) ||
	    !act_has_reason(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	return code ? code
		    : act_request(ctl, "tracking revert", "revert_import",
				  ctl->args[0]);
}

int
tracking_overdue_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"order_no", "ORDER", OUTPUT_TEXT},
		{"tracking_no", "NUMBER", OUTPUT_TEXT},
		{"posted_on", "POSTED", OUTPUT_TEXT},
		{"promised_on", "PROMISED", OUTPUT_TEXT},
		{"working_days_late", "DAYS LATE", OUTPUT_NUMBER},
		{"last_event", "LAST EVENT", OUTPUT_TEXT},
		{"last_event_at", "AT", OUTPUT_TIME},
		{0}};
	int64_t limit = OPTION_LIMIT_DEFAULT;
	struct db_param params[1];
	struct db_result *result = NULL;
	int code;

	if (!option_number(ctl, OPTION_LIMIT, 1, OPTION_LIMIT_MOST, &limit))
		return EXIT_USAGE;
	params[0] = db_int(limit);
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = ctl_ask(ctl, "tracking overdue",
			       "SELECT order_no, tracking_no, posted_on,"
			       " promised_on, days_late, last_event,"
			       " floor(extract(epoch FROM last_event_at))"
			       "::bigint FROM recard.mail_overdue($1::integer)",
			       1, params, &result);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	ctl_say_count(ctl, "letters", db_rows(result), limit, "raise --limit");
	db_result_free(result);
	return code;
}
