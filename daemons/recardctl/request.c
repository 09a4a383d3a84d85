/*
 * recardctl request list, show, approve, decline: what only two people decide.
 * One asked, by order retry or remail, batch abandon or tracking revert;
 * another one answers here.
 */
#include <inttypes.h>
#include <string.h>

#include "act.h"
#include "ctl.h"
#include "exit_code.h"
#include "list.h"
#include "mem.h"
#include "option_value.h"

int
request_list_run(struct ctl *ctl)
{
	static const char *const acts[] = {"retry_card", "abandon_batch",
					   "revert_import", "correct_address",
					   NULL};
	static const struct output_column columns[] = {
		{"request", "REQUEST", OUTPUT_NUMBER},
		{"act", "ACT", OUTPUT_TEXT},
		{"subject", "SUBJECT", OUTPUT_TEXT},
		{"requested_at", "REQUESTED", OUTPUT_TIME},
		{"requested_by", "BY", OUTPUT_TEXT},
		{"outcome", NULL, OUTPUT_TEXT},
		{"answer", "ANSWER", OUTPUT_TEXT},
		{"decided_at", NULL, OUTPUT_TIME},
		{"decided_by", NULL, OUTPUT_TEXT},
		{"reason", "REASON", OUTPUT_TEXT},
		{"remark", NULL, OUTPUT_TEXT},
		{0}};
	static const struct list_parameter parameters[] = {
		{LIST_GIVEN, OPTION_ALL, NULL},
		{LIST_LIMIT, OPTION_LIMIT, NULL},
		{LIST_ITEM, OPTION_AFTER, "request"},
		{LIST_CHOICE, OPTION_KIND, acts},
		{0}};
	static const struct list list = {
		.what = "requests",
		.sql = "SELECT decision_no, act, subject, "
		       "recard.seconds_at(requested_at), requested_by, "
		       "outcome, concat_ws(' by ', outcome, decided_by), "
		       "recard.seconds_at(decided_at), decided_by, reason, "
		       "remark FROM recard.decision_list(NOT $1::boolean, "
		       "$2::integer, $3::bigint, $4::text)",
		.parameters = parameters,
		.columns = columns};

	return list_run(ctl, &list);
}

int
request_show_run(struct ctl *ctl)
{
	char *actor = ctl_operator(), *nothing;
	const struct db_param params[] = {db_text(ctl->args[0]), db_text(actor),
					  db_text(ctl->options[OPTION_REASON])};
	int64_t number;
	int code = EXIT_USAGE;

	if (option_item(ctl->args[0], "request", &number)) {
		nothing = mem_printf("there is no request %s", ctl->args[0]);
		code = ctl_show(ctl, "request show",
				"SELECT section, name, value FROM"
				" recard.decision_show($1::bigint, $2::text,"
				" $3::text)",
				3, params, nothing);
		mem_free(nothing);
	}
	mem_free(actor);
	return code;
}

static int
settle(struct ctl *ctl, const char *doing, const char *sql, bool approved)
{
	const char *outcome = "approved and carried out";
	struct db_result *result = NULL;
	int64_t number;
	int code;

	if (!option_item(ctl->args[0], "request", &number))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = act_call(ctl, doing, sql, ctl->args[0], &result);
	if (code)
		return code;
	if (!approved)
		outcome = "declined";
	else if (strncmp(db_value(result, 0, 0), "correct_address ", 16) == 0)
		/* The key of the freeze is there. */
		outcome = "approved, for recard-manufacture to carry out";
	code = act_done(ctl, ctl->args[0], "request %" PRId64 " is %s: %s",
			number, outcome, db_value(result, 0, 0));
	db_result_free(result);
	return code;
}

int
request_approve_run(struct ctl *ctl)
{
	return settle(ctl, "request approve",
		      "SELECT recard.decision_settle($1::bigint, true,"
		      " $2::text, $3::text)",
		      true);
}

int
request_decline_run(struct ctl *ctl)
{
	if (!act_has_reason(ctl))
		return EXIT_USAGE;
	return settle(ctl, "request decline",
		      "SELECT recard.decision_settle($1::bigint, false,"
		      " $2::text, $3::text)",
		      false);
}
