/*
 * recardctl payment list, show, exceptions, refunds: what the ledger tells
 * about payments.
 */
#include <string.h>

#include "ctl.h"
#include "exit_code.h"
#include "list.h"
#include "mem.h"
#include "option_value.h"

#define FEEDS "SELECT channel FROM recard.payment_feeds()"

int
payment_list_run(struct ctl *ctl)
{
	static const char *const matches[] = {"matched", "notice_only",
					      "line_only", "differs", NULL};
	static const char *const kinds[] = {"paid",      "refund", "chargeback",
					    "unknown",   "issued", "failed",
					    "simulated", "stale",  NULL};
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
	static const struct list_parameter parameters[] = {
		{LIST_KNOWN, OPTION_CHANNEL, FEEDS},
		{LIST_ORDER, OPTION_ORDER, NULL},
		{LIST_CHOICE, OPTION_KIND, kinds},
		{LIST_CHOICE, OPTION_MATCH, matches},
		{LIST_DATE, OPTION_FROM, NULL},
		{LIST_DATE, OPTION_TO, NULL},
		{LIST_LIMIT, OPTION_LIMIT, NULL},
		{LIST_ITEM, OPTION_AFTER, "payment"},
		{0}};
	static const struct list list = {
		.what = "payments",
		.sql = "SELECT payment_id, recard.seconds_at(booked_at), "
		       "recard.seconds_at(paid_at), channel, reference, kind, "
		       "variant, order_ref, amount, currency, match, settles, "
		       "exception, state FROM recard.payment_list($1::text, "
		       "$2::bigint, $3::text, $4::text, $5::date, $6::date, "
		       "$7::integer, $8::bigint)",
		.parameters = parameters,
		.columns = columns};

	return list_run(ctl, &list);
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

int
payment_exceptions_run(struct ctl *ctl)
{
	static const char *const states[] = {
		"open", "refund_due", "refunded", "matched", "all", NULL};
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
	static const struct list_parameter parameters[] = {
		{LIST_KNOWN, OPTION_REASON,
		 "SELECT reason FROM recard.payment_reason()"},
		{LIST_CHOICE, OPTION_STATE, states},
		{LIST_LIMIT, OPTION_LIMIT, NULL},
		{LIST_ITEM, OPTION_AFTER, "payment"},
		{LIST_KNOWN, OPTION_CHANNEL, FEEDS},
		{LIST_DATE, OPTION_FROM, NULL},
		{LIST_DATE, OPTION_TO, NULL},
		{0}};
	static const struct list list = {
		.what = "exceptions",
		.sql = "SELECT payment_id, recard.seconds_at(opened_at), "
		       "recard.seconds_of(age), reason, state, order_no, "
		       "order_ref, amount, currency, channel, reference, "
		       "suggestion FROM recard.payment_worklist($1::text, "
		       "$2::text, $3::integer, now(), $4::bigint, $5::text, "
		       "$6::date, $7::date)",
		.parameters = parameters,
		.columns = columns};

	return list_run(ctl, &list);
}

/* Behind the columns of a refund: the sums of those that are shown. */
enum { REFUND_SUMS = 12 };

static int
say_sums(const struct ctl *ctl, const struct db_result *result, int rows)
{
	const char *state = ctl->options[OPTION_STATE];

	ctl_say("%d %s: %s", rows,
		state && strcmp(state, "refunded") == 0 ? "refunded"
							: "to refund",
		rows > 0 ? db_value(result, 0, REFUND_SUMS) : "nothing");
	return EXIT_DONE;
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
	static const struct list_parameter parameters[] = {
		{LIST_CHOICE, OPTION_STATE, states},
		{LIST_LIMIT, OPTION_LIMIT, NULL},
		{LIST_ITEM, OPTION_AFTER, "payment"},
		{LIST_KNOWN, OPTION_CHANNEL, FEEDS},
		{LIST_DATE, OPTION_FROM, NULL},
		{LIST_DATE, OPTION_TO, NULL},
		{0}};
	static const struct list list = {
		.what = "refunds",
		.sql = "WITH list AS MATERIALIZED (SELECT * FROM "
		       "recard.payment_refunds(coalesce($1::text, "
		       "'refund_due'), $2::integer, $3::bigint, $4::text, "
		       "$5::date, $6::date) WITH ORDINALITY AS l (payment, "
		       "order_ref, amount, currency, channel, reference, "
		       "paid_at, reason, since, refund_reference, closed_by, "
		       "note, n)) SELECT payment, order_ref, amount, currency, "
		       "channel, reference, recard.seconds_at(paid_at), "
		       "reason, recard.seconds_at(since), refund_reference, "
		       "closed_by, note, (SELECT string_agg(currency || ' ' || "
		       "total, ', ' ORDER BY currency) FROM (SELECT currency, "
		       "sum(amount) AS total FROM list WHERE n < $2::integer "
		       "GROUP BY currency) AS s) FROM list ORDER BY n",
		.parameters = parameters,
		.columns = columns,
		.conclude = say_sums};

	return list_run(ctl, &list);
}
