/*
 * recardctl request, exception, and the acts on orders and batches that need
 * one person or two.
 */
#include <inttypes.h>
#include <string.h>

#include "act.h"
#include "exit_code.h"
#include "option_value.h"

#define SECONDS(value) "floor(extract(epoch FROM " value "))::bigint"

static int
request(struct ctl *ctl, const char *doing, const char *what)
{
	const struct db_param params[] = {db_text(what), db_text(ctl->args[0])};
	struct db_result *result = NULL;
	int code = act_run(ctl,
			   &(struct act){doing,
					 "SELECT recard.decision_request("
					 "$1::text, $2::text, $3::text,"
					 " $4::text)",
					 params, 2},
			   &result);

	if (code)
		return code;
	ctl_say("request %s: somebody else approves it by 'recardctl request "
		"approve %s'",
		db_value(result, 0, 0), db_value(result, 0, 0));
	db_result_free(result);
	return EXIT_DONE;
}

int
batch_abandon_run(struct ctl *ctl)
{
	return request(ctl, "batch abandon", "abandon_batch");
}

int
order_retry_run(struct ctl *ctl)
{
	if (!option_order_ok(ctl->args[0]))
		return EXIT_USAGE;
	return request(ctl, "order retry", "retry_card");
}

static int
act_on_order(struct ctl *ctl, const char *doing, const char *sql,
	     const char *done)
{
	const struct db_param params[] = {db_text(ctl->args[0])};
	int code;

	if (!option_order_ok(ctl->args[0]))
		return EXIT_USAGE;
	code = act_run(ctl, &(struct act){doing, sql, params, 1}, NULL);
	if (code == 0)
		ctl_say("order %s %s", ctl->args[0], done);
	return code;
}

int
order_hold_run(struct ctl *ctl)
{
	return act_on_order(ctl, "order hold",
			    "SELECT recard.hold_order($1::bigint, $2::text,"
			    " $3::text)",
			    "is held until it is released");
}

int
order_release_run(struct ctl *ctl)
{
	return act_on_order(ctl, "order release",
			    "SELECT recard.release_order($1::bigint, $2::text,"
			    " $3::text)",
			    "goes on");
}

int
order_cancel_run(struct ctl *ctl)
{
	return act_on_order(ctl, "order cancel",
			    "SELECT recard.cancel_order($1::bigint, $2::text,"
			    " $3::text)",
			    "is cancelled; what was paid for it is on "
			    "'recardctl payment refunds'");
}

int
request_list_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"request", "REQUEST", OUTPUT_NUMBER},
		{"act", "ACT", OUTPUT_TEXT},
		{"subject", "SUBJECT", OUTPUT_TEXT},
		{"requested_at", "ASKED", OUTPUT_TIME},
		{"requested_by", "BY", OUTPUT_TEXT},
		{"reason", "REASON", OUTPUT_TEXT},
		{"outcome", "OUTCOME", OUTPUT_TEXT},
		{"decided_at", NULL, OUTPUT_TIME},
		{"decided_by", "DECIDED BY", OUTPUT_TEXT},
		{"remark", NULL, OUTPUT_TEXT},
		{0}};
	int64_t limit = OPTION_LIMIT_DEFAULT;
	struct db_param params[2];

	if (!option_number(ctl, OPTION_LIMIT, 1, OPTION_LIMIT_MOST, &limit))
		return EXIT_USAGE;
	params[0] = db_text(ctl->options[OPTION_ALL] ? "f" : "t");
	params[1] = db_int(limit);
	return act_list(
		ctl, "request list",
		"SELECT decision_no, act, subject, " SECONDS(
			"requested_at") ", requested_by, reason, outcome,"
					" " SECONDS(
						"decided_at") ", decided_by,"
							      " remark FROM "
							      "recard.decision_"
							      "list("
							      "$1::boolean, "
							      "$2::integer)",
		2, params, columns, "requests", NULL);
}

/* Answers a request; who asked cannot approve. */
static int
settle(struct ctl *ctl, const char *doing, bool approved)
{
	struct db_result *result = NULL;
	struct db_param params[2];
	int code;

	params[0] = db_text(ctl->args[0]);
	params[1] = db_text(approved ? "t" : "f");
	if (strspn(ctl->args[0], "0123456789") != strlen(ctl->args[0]) ||
	    strlen(ctl->args[0]) > 18) {
		ctl_say("'%s' is no number of a request: 'recardctl request "
			"list' shows them",
			ctl->args[0]);
		return EXIT_USAGE;
	}
	code = act_run(ctl,
		       &(struct act){doing,
				     "SELECT recard.decision_settle("
				     "$1::bigint, $2::boolean, $3::text,"
				     " $4::text)",
				     params, 2},
		       &result);
	if (code)
		return code;
	ctl_say("request %s is %s: %s", ctl->args[0],
		approved ? "approved and carried out" : "declined",
		db_value(result, 0, 0));
	db_result_free(result);
	return EXIT_DONE;
}

int
request_approve_run(struct ctl *ctl)
{
	return settle(ctl, "request approve", true);
}

int
request_decline_run(struct ctl *ctl)
{
	return settle(ctl, "request decline", false);
}

int
exception_list_run(struct ctl *ctl)
{
	static const char *const kinds[] = {"label", "card", "batch",
					    "returned_mail", NULL};
	static const struct output_column columns[] = {
		{"exception", "EXCEPTION", OUTPUT_NUMBER},
		{"kind", "KIND", OUTPUT_TEXT},
		{"order_no", "ORDER", OUTPUT_TEXT},
		{"subject", "SUBJECT", OUTPUT_TEXT},
		{"reason", "REASON", OUTPUT_TEXT},
		{"opened_at", NULL, OUTPUT_TIME},
		{"age_seconds", "AGE", OUTPUT_AGE},
		{"closed_at", NULL, OUTPUT_TIME},
		{"closed_by", "CLOSED BY", OUTPUT_TEXT},
		{"resolution", "RESOLUTION", OUTPUT_TEXT},
		{0}};
	int64_t limit = OPTION_LIMIT_DEFAULT;
	struct db_param params[3];

	if (!option_number(ctl, OPTION_LIMIT, 1, OPTION_LIMIT_MOST, &limit) ||
	    !option_choice_ok(ctl, OPTION_KIND, kinds))
		return EXIT_USAGE;
	params[0] = db_text(ctl->options[OPTION_KIND]);
	params[1] = db_text(ctl->options[OPTION_ALL] ? "t" : "f");
	params[2] = db_int(limit);
	return act_list(
		ctl, "exception list",
		"SELECT exception_id, kind, order_no, subject, reason,"
		" " SECONDS("opened_at") "," SECONDS("age") "," SECONDS(
			"closed_at") ", closed_by, resolution"
				     " FROM recard.exception_list($1::text,"
				     " $2::boolean, $3::integer)",
		3, params, columns, "exceptions", NULL);
}

int
exception_close_run(struct ctl *ctl)
{
	const struct db_param params[] = {db_text(ctl->args[0])};
	int code;

	if (strspn(ctl->args[0], "0123456789") != strlen(ctl->args[0]) ||
	    strlen(ctl->args[0]) > 18) {
		ctl_say("'%s' is no number of an exception: 'recardctl "
			"exception list' shows them",
			ctl->args[0]);
		return EXIT_USAGE;
	}
	code = act_run(ctl,
		       &(struct act){"exception close",
				     "SELECT recard.exception_close("
				     "$1::bigint, $2::text, $3::text)",
				     params, 1},
		       NULL);
	if (code == 0)
		ctl_say("exception %s is closed", ctl->args[0]);
	return code;
}
