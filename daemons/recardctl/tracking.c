/*
 * recardctl tracking list, revert, overdue: postal files that were booked, and
 * letters that have not arrived when they should.
 */
#include "act.h"
#include "ctl.h"
#include "exit_code.h"
#include "list.h"
#include "option_value.h"

int
tracking_list_run(struct ctl *ctl)
{
	static const char *const states[] = {"done", "rejected", "reverted",
					     NULL};
	static const struct output_column columns[] = {
		{"import", "IMPORT", OUTPUT_NUMBER},
		{"source", "SOURCE", OUTPUT_TEXT},
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
	static const struct list_parameter parameters[] = {
		{LIST_LIMIT, OPTION_LIMIT, NULL},
		{LIST_ITEM, OPTION_AFTER, "import"},
		{LIST_KNOWN, OPTION_SOURCE,
		 "SELECT source FROM recard.source_list()"},
		{LIST_CHOICE, OPTION_STATE, states},
		{LIST_DATE, OPTION_FROM, NULL},
		{LIST_DATE, OPTION_TO, NULL},
		{0}};
	static const struct list list = {
		.what = "files",
		.sql = "SELECT import, source, name, "
		       "recard.seconds_at(taken_at), outcome, reason, rows, "
		       "applied, duplicate, rejected, archive FROM "
		       "recard.import_list('tracking', $1::integer, "
		       "$2::bigint, $3::text, $4::text, $5::date, $6::date)",
		.parameters = parameters,
		.columns = columns};

	return list_run(ctl, &list);
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
	static const struct list_parameter parameters[] = {
		{LIST_LIMIT, OPTION_LIMIT, NULL},
		{LIST_ORDER, OPTION_AFTER, NULL},
		{0}};
	static const struct list list = {
		.what = "letters",
		.sql = "SELECT order_no, tracking_no, posted_on, promised_on, "
		       "days_late, last_event, "
		       "recard.seconds_at(last_event_at) FROM "
		       "recard.mail_overdue($1::integer, now(), $2::bigint)",
		.parameters = parameters,
		.columns = columns};

	return list_run(ctl, &list);
}
