/*
 * recardctl batch list, show, cards: what the tables tell about card batches.
 */
#include "ctl.h"
#include "exit_code.h"
#include "mem.h"
#include "option_value.h"

#define LINES "SELECT DISTINCT line FROM recard.line_list() ORDER BY line"
#define PRODUCTS "SELECT product FROM recard.product_list()"

static int
list(struct ctl *ctl, int64_t limit)
{
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
	struct db_param params[] = {db_text(ctl->options[OPTION_LINE]),
				    db_text(ctl->options[OPTION_STATE]),
				    db_text(ctl->options[OPTION_PRODUCT]),
				    db_text(ctl->options[OPTION_FROM]),
				    db_text(ctl->options[OPTION_TO]),
				    db_int(limit)};
	struct db_result *result = NULL;
	int code = ctl_ask(ctl, "batch list",
			   "SELECT batch_no, line, product, state, cause,"
			   " cards, made, open, floor(extract(epoch FROM"
			   " created_at))::bigint, floor(extract(epoch FROM"
			   " sealed_at))::bigint, floor(extract(epoch FROM"
			   " published_at))::bigint, floor(extract(epoch"
			   " FROM acked_at))::bigint, nullif(ack_reason,"
			   " ''), held FROM recard.batch_list($1::text,"
			   " $2::text, $3::text, $4::date, $5::date,"
			   " $6::integer)",
			   6, params, &result);

	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	ctl_say_count(ctl, "batches", db_rows(result), limit,
		      "raise --limit, or give --to");
	db_result_free(result);
	return code;
}

int
batch_list_run(struct ctl *ctl)
{
	static const char *const states[] = {
		"cut",     "sealed", "published", "accepted",
		"refused", "empty",  "abandoned", NULL};
	int64_t limit = OPTION_LIMIT_DEFAULT;
	int code;

	if (!option_number(ctl, OPTION_LIMIT, 1, OPTION_LIMIT_MOST, &limit) ||
	    !option_choice_ok(ctl, OPTION_STATE, states) ||
	    !option_date_ok(ctl, OPTION_FROM) ||
	    !option_date_ok(ctl, OPTION_TO))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = option_known(ctl, OPTION_LINE, LINES);
	if (code == 0)
		code = option_known(ctl, OPTION_PRODUCT, PRODUCTS);
	return code ? code : list(ctl, limit);
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
	struct db_param params[] = {db_text(ctl->args[0]),
				    db_text(ctl->options[OPTION_STATE])};
	struct db_result *result = NULL;
	int code;

	if (!option_batch_ok(ctl->args[0]) ||
	    !option_choice_ok(ctl, OPTION_STATE, states))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = ctl_ask(
			ctl, "batch cards",
			"SELECT line, job_no, attempt, reason, order_no,"
			" state, nullif(error_code, ''),"
			" floor(extract(epoch FROM"
			" on_hold_since))::bigint, floor(extract(epoch"
			" FROM now() - on_hold_since))::bigint,"
			" floor(extract(epoch FROM made_at))::bigint FROM"
			" recard.batch_cards($1::text) WHERE $2::text IS"
			" NULL OR state = $2 ORDER BY line",
			2, params, &result);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	if (db_rows(result) == 0) {
		ctl_say("batch %s: no such cards, or no such batch",
			ctl->args[0]);
		code = EXIT_EXCEPTIONS;
	}
	db_result_free(result);
	return code;
}
