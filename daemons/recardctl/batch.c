/*
 * recardctl batch list, show, cards: what the tables tell about card batches.
 */
#include "ctl.h"
#include "exit_code.h"
#include "list.h"
#include "mem.h"
#include "option_value.h"

#define LINES "SELECT DISTINCT line FROM recard.line_list() ORDER BY line"
#define PRODUCTS "SELECT product FROM recard.product_list()"

int
batch_list_run(struct ctl *ctl)
{
	static const char *const states[] = {
		"cut",     "sealed", "published", "accepted",
		"refused", "empty",  "abandoned", NULL};
	static const struct output_column columns[] = {
		{"batch_no", "BATCH", OUTPUT_TEXT},
		{"line", "LINE", OUTPUT_TEXT},
		{"product", "PRODUCT", OUTPUT_TEXT},
		{"state", "STATE", OUTPUT_TEXT},
		{"cause", NULL, OUTPUT_TEXT},
		{"cards", "CARDS", OUTPUT_NUMBER},
		{"made", "MADE", OUTPUT_NUMBER},
		{"open", "OPEN", OUTPUT_NUMBER},
		{"cut_at", "CUT", OUTPUT_TIME},
		{"sealed_at", NULL, OUTPUT_TIME},
		{"handed_out_at", NULL, OUTPUT_TIME},
		{"acknowledged_at", NULL, OUTPUT_TIME},
		{"ack_reason", "REFUSED", OUTPUT_TEXT},
		{"held", "HELD", OUTPUT_TEXT},
		{0}};
	static const struct list_parameter parameters[] = {
		{LIST_KNOWN, OPTION_LINE, LINES},
		{LIST_CHOICE, OPTION_STATE, states},
		{LIST_KNOWN, OPTION_PRODUCT, PRODUCTS},
		{LIST_DATE, OPTION_FROM, NULL},
		{LIST_DATE, OPTION_TO, NULL},
		{LIST_LIMIT, OPTION_LIMIT, NULL},
		{LIST_BATCH, OPTION_AFTER, NULL},
		{LIST_GIVEN, OPTION_HELD, NULL},
		{0}};
	static const struct list list = {
		.what = "batches",
		.sql = "SELECT batch_no, line, product, state, cause, cards, "
		       "made, open, recard.seconds_at(created_at), "
		       "recard.seconds_at(sealed_at), "
		       "recard.seconds_at(published_at), "
		       "recard.seconds_at(acked_at), nullif(ack_reason, ''), "
		       "held FROM recard.batch_list($1::text, $2::text, "
		       "$3::text, $4::date, $5::date, $6::integer, $7::text, "
		       "$8::boolean)",
		.parameters = parameters,
		.columns = columns};

	return list_run(ctl, &list);
}

int
batch_show_run(struct ctl *ctl)
{
	struct db_param params[] = {db_text(ctl->args[0])};
	char *nothing;
	int code;

	if (!option_batch_ok(ctl->args[0]))
		return EXIT_USAGE;
	nothing = mem_printf("there is no batch %s", ctl->args[0]);
	code = ctl_show(ctl, "batch show",
			"SELECT section, name, value FROM"
			" recard.batch_show($1::text)",
			1, params, nothing);
	mem_free(nothing);
	return code;
}

int
batch_cards_run(struct ctl *ctl)
{
	static const char *const states[] = {"open",    "on_hold",  "made",
					     "spoiled", "rejected", NULL};
	static const struct output_column columns[] = {
		{"line", "NO", OUTPUT_NUMBER},
		{"job", "JOB", OUTPUT_NUMBER},
		{"attempt", "TRY", OUTPUT_NUMBER},
		{"reason", "REASON", OUTPUT_TEXT},
		{"order_no", "ORDER", OUTPUT_TEXT},
		{"state", "STATE", OUTPUT_TEXT},
		{"error_code", "ERROR", OUTPUT_TEXT},
		{"on_hold_since", NULL, OUTPUT_TIME},
		{"on_hold_seconds", "ON HOLD", OUTPUT_AGE},
		{"made_at", "MADE", OUTPUT_TIME},
		{0}};
	static const struct list_parameter parameters[] = {
		{LIST_BATCH, LIST_ARGUMENT, NULL},
		{LIST_CHOICE, OPTION_STATE, states},
		{0}};
	static const struct list list = {
		.what = "cards",
		.sql = "SELECT line, job_no, attempt, reason, order_no, state, "
		       "nullif(error_code, ''), "
		       "recard.seconds_at(on_hold_since), "
		       "recard.seconds_of(now() - on_hold_since), "
		       "recard.seconds_at(made_at) FROM "
		       "recard.batch_cards($1::text) WHERE $2::text IS NULL OR "
		       "state = $2 ORDER BY line",
		.parameters = parameters,
		.columns = columns,
		.nothing = "no such cards, or no such batch"};

	return list_run(ctl, &list);
}
