/*
 * recardctl payment list, show, exceptions, refunds: what the ledger tells
 * about payments.
 */
#include <inttypes.h>
#include <string.h>

#include "ctl.h"
#include "exit_code.h"
#include "mem.h"
#include "option_value.h"

/* SQL: a time as seconds since 1970, a span as seconds. */
#define SECONDS(value) "floor(extract(epoch FROM " value "))::bigint"

#define FEEDS "SELECT channel FROM recard.payment_feeds()"

static int
list(struct ctl *ctl, int64_t limit, int64_t after)
{
	static const struct output_column columns[] = {
		{"payment", "PAYMENT", OUTPUT_NUMBER},
		{"booked_at", "BOOKED", OUTPUT_TIME},
		{"paid_at", NULL, OUTPUT_TIME},
		{"channel", "CHANNEL", OUTPUT_TEXT},
		{"reference", "REFERENCE", OUTPUT_TEXT},
		{"kind", "KIND", OUTPUT_TEXT},
		{"variant", NULL, OUTPUT_NUMBER},
		{"order_ref", "ORDER", OUTPUT_TEXT},
		{"amount", "AMOUNT", OUTPUT_NUMBER},
		{"currency", "CUR", OUTPUT_TEXT},
		{"match", "MATCH", OUTPUT_TEXT},
		{"settles", "SETTLES", OUTPUT_TEXT},
		{"exception", "EXCEPTION", OUTPUT_TEXT},
		{"state", "STATE", OUTPUT_TEXT},
		{0}};
	struct db_param params[] = {db_text(ctl->options[OPTION_CHANNEL]),
				    db_text(ctl->options[OPTION_ORDER]),
				    db_text(ctl->options[OPTION_KIND]),
				    db_text(ctl->options[OPTION_MATCH]),
				    db_text(ctl->options[OPTION_FROM]),
				    db_text(ctl->options[OPTION_TO]),
				    db_int(limit),
				    db_int(after)};
	struct db_result *result = NULL;
	char more[80];
	int code = ctl_ask(
		ctl, "payment list",
		"SELECT payment_id, " SECONDS("booked_at") "," SECONDS(
			"paid_at") ", channel, reference, kind, variant,"
				   " order_ref, amount, currency, match,"
				   " settles, exception, state"
				   " FROM recard.payment_list($1::text,"
				   " $2::bigint, $3::text, $4::text, $5::date,"
				   " $6::date, $7::integer, $8::bigint)",
		8, params, &result);

	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	snprintf(more, sizeof(more), "add '--after %s', or raise --limit",
		 db_rows(result) > 0 ? db_value(result, db_rows(result) - 1, 0)
				     : "");
	ctl_say_count(ctl, "payments", db_rows(result), limit, more);
	db_result_free(result);
	return code;
}

int
payment_list_run(struct ctl *ctl)
{
	static const char *const matches[] = {"matched", "notice_only",
					      "line_only", "differs", NULL};
	static const char *const kinds[] = {"paid",      "refund", "chargeback",
					    "unknown",   "issued", "failed",
					    "simulated", "stale",  NULL};
	const char *order = ctl->options[OPTION_ORDER];
	const char *last = ctl->options[OPTION_AFTER];
	int64_t limit = OPTION_LIMIT_DEFAULT, after = 0;
	int code;

	if (!option_number(ctl, OPTION_LIMIT, 1, OPTION_LIMIT_MOST, &limit) ||
	    !option_choice_ok(ctl, OPTION_MATCH, matches) ||
	    !option_choice_ok(ctl, OPTION_KIND, kinds) ||
	    !option_date_ok(ctl, OPTION_FROM) ||
	    !option_date_ok(ctl, OPTION_TO) ||
	    (order && !option_order_ok(order)) ||
	    (last && !option_item(last, "payment", &after)))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = option_known(ctl, OPTION_CHANNEL, FEEDS);
	return code ? code : list(ctl, limit, after);
}

int
payment_show_run(struct ctl *ctl)
{
	struct db_param params[] = {db_text(ctl->args[0])};
	int64_t number;
	char *nothing;
	int code;

	if (!option_item(ctl->args[0], "payment", &number))
		return EXIT_USAGE;
	nothing = mem_printf("there is no payment %s", ctl->args[0]);
	code = ctl_show(ctl, "payment show",
			"SELECT section, name, value FROM"
			" recard.payment_show($1::bigint)",
			1, params, nothing);
	mem_free(nothing);
	return code;
}

static int
exceptions(struct ctl *ctl, int64_t limit)
{
	static const struct output_column columns[] = {
		{"payment", "PAYMENT", OUTPUT_NUMBER},
		{"opened_at", NULL, OUTPUT_TIME},
		{"age_seconds", "AGE", OUTPUT_AGE},
		{"reason", "REASON", OUTPUT_TEXT},
		{"state", "STATE", OUTPUT_TEXT},
		{"order_no", "ORDER", OUTPUT_TEXT},
		{"order_ref", NULL, OUTPUT_TEXT},
		{"amount", "AMOUNT", OUTPUT_NUMBER},
		{"currency", "CUR", OUTPUT_TEXT},
		{"channel", "CHANNEL", OUTPUT_TEXT},
		{"reference", "REFERENCE", OUTPUT_TEXT},
		{"suggestion", "SUGGESTED", OUTPUT_TEXT},
		{0}};
	struct db_param params[] = {db_text(ctl->options[OPTION_REASON]),
				    db_text(ctl->options[OPTION_STATE]),
				    db_int(limit)};
	struct db_result *result = NULL;
	int code = ctl_ask(
		ctl, "payment exceptions",
		"SELECT payment_id, " SECONDS("opened_at") "," SECONDS(
			"age") ", reason, state, order_no, order_ref, amount,"
			       " currency, channel, reference, suggestion"
			       " FROM recard.payment_worklist($1::text,"
			       " $2::text, $3::integer)",
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
payment_exceptions_run(struct ctl *ctl)
{
	static const char *const states[] = {
		"open", "refund_due", "refunded", "matched", "all", NULL};
	int64_t limit = OPTION_LIMIT_DEFAULT;
	int code;

	if (!option_number(ctl, OPTION_LIMIT, 1, OPTION_LIMIT_MOST, &limit) ||
	    !option_choice_ok(ctl, OPTION_STATE, states))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = option_known(
			ctl, OPTION_REASON,
			"SELECT reason FROM recard.payment_reason()");
	return code ? code : exceptions(ctl, limit);
}

int
payment_refunds_run(struct ctl *ctl)
{
	static const char *const states[] = {"refund_due", "refunded", NULL};
	static const struct output_column columns[] = {
		{"payment", "PAYMENT", OUTPUT_NUMBER},
		{"order_ref", "ORDER", OUTPUT_TEXT},
		{"amount", "AMOUNT", OUTPUT_NUMBER},
		{"currency", "CUR", OUTPUT_TEXT},
		{"channel", "CHANNEL", OUTPUT_TEXT},
		{"reference", "REFERENCE", OUTPUT_TEXT},
		{"paid_at", NULL, OUTPUT_TIME},
		{"reason", "REASON", OUTPUT_TEXT},
		{"since", "SINCE", OUTPUT_TIME},
		{"refund_reference", "REFUND", OUTPUT_TEXT},
		{"closed_by", NULL, OUTPUT_TEXT},
		{"note", "NOTE", OUTPUT_TEXT},
		{0}};
	const char *state = ctl->options[OPTION_STATE];
	struct db_result *result = NULL;
	struct db_param params[1];
	int code;

	if (!option_choice_ok(ctl, OPTION_STATE, states))
		return EXIT_USAGE;
	params[0] = db_text(state ? state : states[0]);
	code = ctl_connect(ctl, NULL);
	/* The last column, the sums, is for the line below the list. */
	if (code == 0)
		code = ctl_ask(
			ctl, "payment refunds",
			"WITH list AS MATERIALIZED (SELECT *"
			" FROM recard.payment_refunds($1::text)) SELECT"
			" payment_id, order_ref, amount, currency, channel,"
			" reference, " SECONDS("paid_at") ", reason, " SECONDS(
				"since") ", refund_reference, closed_by, note,"
					 " (SELECT string_agg(currency || ' '"
					 " || total, ', ' ORDER BY currency)"
					 " FROM (SELECT currency,"
					 " sum(amount) AS total FROM list"
					 " GROUP BY currency) AS s) FROM list",
			1, params, &result);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	ctl_say("%d %s: %s", db_rows(result),
		strcmp(params[0].text, "refunded") == 0 ? "refunded"
							: "to refund",
		db_rows(result) > 0 ? db_value(result, 0, 12) : "nothing");
	db_result_free(result);
	return code;
}
